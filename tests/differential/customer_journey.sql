-- Row 0 is the download, row k the k-th order, and the last row, without a number, as_of.
WITH orders AS (
  SELECT number, client, amount FROM numbered_orders
),
shown AS (
  SELECT least(50, greatest(1, CAST(floor(count(*) / count(DISTINCT client) + 0.5) AS BIGINT))) AS last_number,
         count(DISTINCT client) AS buyers
  FROM orders
),
gaps AS (
  SELECT step + 1 AS number, hours FROM cohort_steps WHERE to_wall IS NOT NULL
),
since_last AS (
  SELECT hours_of(max(as_of_instant)) - max(hours_of(instant)) AS hours FROM numbered_orders, settings GROUP BY client
),
points AS (
  SELECT 0 AS place, 0 AS order_number, 0 AS hours, 0 AS payment, NULL AS median_hours,
         (SELECT count(*) FROM cohort_steps WHERE step = 0) AS client_count
  UNION ALL
  SELECT number, number, coalesce((SELECT avg(hours) FROM gaps WHERE gaps.number = orders.number), 0),
         fsum(amount) / nullif(count(amount), 0),
         (SELECT median(hours) FROM gaps WHERE gaps.number = orders.number),
         count(*)
  FROM orders, shown
  WHERE number <= last_number
  GROUP BY number
  UNION ALL
  SELECT 51, NULL, avg(hours), 0, median(hours), count(*) FROM since_last
)
SELECT sum(hours) OVER (ORDER BY place) AS "hourly order differences",
       payment                          AS "customers` average Purchase Value",
       order_number, client_count, median_hours
FROM points, shown
WHERE buyers > 0
ORDER BY place;
