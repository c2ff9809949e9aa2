-- Row 0 is the download, row k the k-th order, and the last row, without a number, as_of.
WITH shown AS (
  SELECT least(50, greatest(1, CAST(floor(sum(orders) / count(*) + 0.5) AS BIGINT))) AS last_number FROM buyers
),
gaps AS (
  SELECT number + 1 AS number, (epoch_us(next_instant) - epoch_us(instant)) / 3600000000 AS hours
  FROM numbered_orders, shown
  WHERE number < last_number AND next_instant IS NOT NULL
  UNION ALL
  SELECT 1, (epoch_us(first_order) - epoch_us(downloaded_at AT TIME ZONE 'Europe/London')) / 3600000000
  FROM buyers JOIN customers ON client = customer_id
  WHERE first_start >= downloaded_at
),
gaps_of_numbers AS (
  SELECT number, avg(hours) AS hours, median(hours) AS median_hours FROM gaps GROUP BY number
),
orders_of_numbers AS (
  SELECT number, avg(paid) AS paid, count(*) AS clients
  FROM numbered_orders, shown
  WHERE number <= last_number
  GROUP BY number
),
recency AS (
  SELECT (epoch_us(as_of_instant) - epoch_us(last_order)) / 3600000000 AS hours FROM buyers, settings
),
points AS (
  SELECT 0 AS place, 0 AS number, 0 AS hours, 0 AS paid, count(*) AS clients, NULL AS median_hours
  FROM customers, settings
  WHERE downloaded_at <= as_of
  UNION ALL
  SELECT number, number, coalesce(hours, 0), paid, clients, median_hours
  FROM orders_of_numbers LEFT JOIN gaps_of_numbers USING (number)
  UNION ALL
  SELECT 51, NULL, avg(hours), 0, count(*), median(hours) FROM recency
)
SELECT sum(hours) OVER (ORDER BY place) AS "hourly order differences",
       paid AS "customers` average Purchase Value", number AS order_number, clients AS client_count, median_hours
FROM points
WHERE (SELECT count(*) FROM buyers) > 0
ORDER BY place;
