-- Customers by the bucket of a step and the buckets until the next one. A cell is null when its bucket begins after
-- as_of.
CREATE TEMP MACRO cohort(of_period, of_step) AS TABLE
WITH gaps AS (
  SELECT CAST(date_trunc(of_period, day) AS DATE) AS bucket,
         CASE of_period
           WHEN 'day' THEN next_day - day
           WHEN 'week' THEN date_diff('day', date_trunc('week', day), date_trunc('week', next_day)) // 7
           ELSE date_diff('month', day, next_day)
         END AS k
  FROM cohort_steps
  WHERE step = of_step
),
cells AS (
  SELECT bucket, k, count(*) AS clients FROM gaps GROUP BY ALL
),
cohorts AS (
  SELECT bucket,
         CASE of_period
           WHEN 'day' THEN date_diff('day', bucket, as_of)
           WHEN 'week' THEN date_diff('day', bucket, as_of) // 7
           ELSE date_diff('month', bucket, as_of)
         END AS age,
         k, clients
  FROM cells, settings
)
SELECT bucket,
       CASE WHEN age >= 0 THEN CAST(coalesce(sum(clients) FILTER (k = 0), 0) AS BIGINT) END AS "0",
       CASE WHEN age >= 1 THEN CAST(coalesce(sum(clients) FILTER (k = 1), 0) AS BIGINT) END AS "1",
       CASE WHEN age >= 2 THEN CAST(coalesce(sum(clients) FILTER (k = 2), 0) AS BIGINT) END AS "2",
       CASE WHEN age >= 3 THEN CAST(coalesce(sum(clients) FILTER (k = 3), 0) AS BIGINT) END AS "3",
       CASE WHEN age >= 4 THEN CAST(coalesce(sum(clients) FILTER (k = 4), 0) AS BIGINT) END AS "4",
       CASE WHEN age >= 5 THEN CAST(coalesce(sum(clients) FILTER (k = 5), 0) AS BIGINT) END AS "5",
       CASE WHEN age >= 6 THEN CAST(coalesce(sum(clients) FILTER (k = 6), 0) AS BIGINT) END AS "6",
       CASE WHEN age >= 7 THEN CAST(coalesce(sum(clients) FILTER (k = 7), 0) AS BIGINT) END AS "7",
       CASE WHEN age >= 8 THEN CAST(coalesce(sum(clients) FILTER (k = 8), 0) AS BIGINT) END AS "8",
       CASE WHEN age >= 9 THEN CAST(coalesce(sum(clients) FILTER (k = 9), 0) AS BIGINT) END AS "9",
       CASE WHEN age >= 10 THEN CAST(coalesce(sum(clients) FILTER (k = 10), 0) AS BIGINT) END AS "10",
       CASE WHEN age >= 11 THEN CAST(coalesce(sum(clients) FILTER (k = 11), 0) AS BIGINT) END AS "11",
       CASE WHEN age >= 12 THEN CAST(coalesce(sum(clients) FILTER (k = 12), 0) AS BIGINT) END AS "12",
       CASE WHEN age >= 13 THEN CAST(coalesce(sum(clients) FILTER (k = 13), 0) AS BIGINT) END AS "13",
       CASE WHEN age >= 14 THEN CAST(coalesce(sum(clients) FILTER (k = 14), 0) AS BIGINT) END AS "14",
       CASE WHEN age >= 15 THEN CAST(coalesce(sum(clients) FILTER (k = 15), 0) AS BIGINT) END AS "15",
       CAST(sum(clients) AS BIGINT) AS cohort_size,
       CASE WHEN age >= 16 THEN CAST(coalesce(sum(clients) FILTER (k >= 16), 0) AS BIGINT) END AS beyond
FROM cohorts
GROUP BY bucket, age
ORDER BY bucket;
