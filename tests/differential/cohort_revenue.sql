-- What a cohort's customers had paid up to the k-th month after their first order, a customer.
WITH firsts AS (
  SELECT client, "start" AS first_order FROM numbered_orders WHERE number = 1
),
payments AS (
  SELECT client, amount,
         bucket_of('monthly', first_order)                  AS bucket,
         buckets_between('monthly', first_order, "start")   AS k,
         buckets_between('monthly', first_order, as_of)     AS age
  FROM numbered_orders JOIN firsts USING (client), settings
)
SELECT bucket AS monthly,
       count(DISTINCT client) AS cohort_size,
       CASE WHEN age >= 0  THEN coalesce(fsum(amount) FILTER (k <= 0), 0) / count(DISTINCT client) END AS "0",
       CASE WHEN age >= 1  THEN coalesce(fsum(amount) FILTER (k <= 1), 0) / count(DISTINCT client) END AS "1",
       CASE WHEN age >= 2  THEN coalesce(fsum(amount) FILTER (k <= 2), 0) / count(DISTINCT client) END AS "2",
       CASE WHEN age >= 3  THEN coalesce(fsum(amount) FILTER (k <= 3), 0) / count(DISTINCT client) END AS "3",
       CASE WHEN age >= 4  THEN coalesce(fsum(amount) FILTER (k <= 4), 0) / count(DISTINCT client) END AS "4",
       CASE WHEN age >= 5  THEN coalesce(fsum(amount) FILTER (k <= 5), 0) / count(DISTINCT client) END AS "5",
       CASE WHEN age >= 6  THEN coalesce(fsum(amount) FILTER (k <= 6), 0) / count(DISTINCT client) END AS "6",
       CASE WHEN age >= 7  THEN coalesce(fsum(amount) FILTER (k <= 7), 0) / count(DISTINCT client) END AS "7",
       CASE WHEN age >= 8  THEN coalesce(fsum(amount) FILTER (k <= 8), 0) / count(DISTINCT client) END AS "8",
       CASE WHEN age >= 9  THEN coalesce(fsum(amount) FILTER (k <= 9), 0) / count(DISTINCT client) END AS "9",
       CASE WHEN age >= 10 THEN coalesce(fsum(amount) FILTER (k <= 10), 0) / count(DISTINCT client) END AS "10",
       CASE WHEN age >= 11 THEN coalesce(fsum(amount) FILTER (k <= 11), 0) / count(DISTINCT client) END AS "11",
       CASE WHEN age >= 12 THEN coalesce(fsum(amount) FILTER (k <= 12), 0) / count(DISTINCT client) END AS "12",
       CASE WHEN age >= 13 THEN coalesce(fsum(amount) FILTER (k <= 13), 0) / count(DISTINCT client) END AS "13",
       CASE WHEN age >= 14 THEN coalesce(fsum(amount) FILTER (k <= 14), 0) / count(DISTINCT client) END AS "14",
       CASE WHEN age >= 15 THEN coalesce(fsum(amount) FILTER (k <= 15), 0) / count(DISTINCT client) END AS "15",
       CASE WHEN age >= 16 THEN coalesce(fsum(amount) FILTER (k >= 16), 0) / count(DISTINCT client) END AS beyond
FROM payments
GROUP BY bucket, age
ORDER BY bucket;
