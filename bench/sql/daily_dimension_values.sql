-- Every city has every day.
WITH visits AS (
  SELECT city, CAST(started_at AS DATE) AS day, count(DISTINCT customer_id) AS visiting FROM sessions GROUP BY ALL
),
orders AS (
  SELECT city, day, count(*) AS orders, sum(paid) AS paid, sum(discount) AS discount, count(DISTINCT client) AS clients
  FROM numbered_orders
  GROUP BY ALL
),
cities AS (
  SELECT DISTINCT city FROM visits
)
SELECT cities.city AS dimension, bucket AS daily,
       coalesce(orders.orders, 0) AS order_count, coalesce(paid, 0) AS payment_amount,
       coalesce(orders.discount, 0) AS discount_amount, coalesce(clients, 0) AS client_count,
       coalesce(visiting, 0) AS visitor_count
FROM period_totals CROSS JOIN cities
     LEFT JOIN visits ON visits.city = cities.city AND visits.day = bucket
     LEFT JOIN orders ON orders.city = cities.city AND orders.day = bucket
WHERE period = 'day' AND (SELECT count(*) FROM cities) > 1
ORDER BY bucket, dimension;
