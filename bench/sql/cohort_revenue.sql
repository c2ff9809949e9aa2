-- What a cohort's customers had paid up to the k-th month after their first order, a customer.
WITH payments AS (
  SELECT CAST(date_trunc('month', first_day) AS DATE) AS bucket, date_diff('month', first_day, day) AS k,
         sum(paid) AS paid, count(*) FILTER (number = 1) AS clients
  FROM numbered_orders
  GROUP BY ALL
),
cohorts AS (
  SELECT bucket, date_diff('month', bucket, as_of) AS age, k, paid,
         CAST(sum(clients) OVER (PARTITION BY bucket) AS BIGINT) AS clients
  FROM payments, settings
)
SELECT bucket AS monthly, clients AS cohort_size,
       CASE WHEN age >= 0 THEN coalesce(sum(paid) FILTER (k <= 0), 0) / clients END AS "0",
       CASE WHEN age >= 1 THEN coalesce(sum(paid) FILTER (k <= 1), 0) / clients END AS "1",
       CASE WHEN age >= 2 THEN coalesce(sum(paid) FILTER (k <= 2), 0) / clients END AS "2",
       CASE WHEN age >= 3 THEN coalesce(sum(paid) FILTER (k <= 3), 0) / clients END AS "3",
       CASE WHEN age >= 4 THEN coalesce(sum(paid) FILTER (k <= 4), 0) / clients END AS "4",
       CASE WHEN age >= 5 THEN coalesce(sum(paid) FILTER (k <= 5), 0) / clients END AS "5",
       CASE WHEN age >= 6 THEN coalesce(sum(paid) FILTER (k <= 6), 0) / clients END AS "6",
       CASE WHEN age >= 7 THEN coalesce(sum(paid) FILTER (k <= 7), 0) / clients END AS "7",
       CASE WHEN age >= 8 THEN coalesce(sum(paid) FILTER (k <= 8), 0) / clients END AS "8",
       CASE WHEN age >= 9 THEN coalesce(sum(paid) FILTER (k <= 9), 0) / clients END AS "9",
       CASE WHEN age >= 10 THEN coalesce(sum(paid) FILTER (k <= 10), 0) / clients END AS "10",
       CASE WHEN age >= 11 THEN coalesce(sum(paid) FILTER (k <= 11), 0) / clients END AS "11",
       CASE WHEN age >= 12 THEN coalesce(sum(paid) FILTER (k <= 12), 0) / clients END AS "12",
       CASE WHEN age >= 13 THEN coalesce(sum(paid) FILTER (k <= 13), 0) / clients END AS "13",
       CASE WHEN age >= 14 THEN coalesce(sum(paid) FILTER (k <= 14), 0) / clients END AS "14",
       CASE WHEN age >= 15 THEN coalesce(sum(paid) FILTER (k <= 15), 0) / clients END AS "15",
       CASE WHEN age >= 16 THEN coalesce(sum(paid) FILTER (k >= 16), 0) / clients END AS beyond
FROM cohorts
GROUP BY bucket, age, clients
ORDER BY bucket;
