-- Means over the days on which the promotion was used (ruling 31).
WITH used AS (
  SELECT promotion, count(DISTINCT CAST("start" AS DATE)) AS active_days,
         count(*) AS orders, coalesce(fsum(amount), 0) AS revenue, coalesce(fsum(discount), 0) AS saved,
         count(DISTINCT client) AS clients
  FROM population_sessions
  WHERE purchased AND promotion IS NOT NULL
  GROUP BY promotion
)
SELECT promotion AS promotion_id, orders / active_days AS order_count, revenue / active_days AS total_revenue,
       saved / active_days AS total_discount, clients AS client_count, orders AS order_count_total, active_days
FROM used
ORDER BY promotion;
