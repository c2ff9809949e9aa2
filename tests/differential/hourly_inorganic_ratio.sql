WITH orders AS (
  SELECT hour("start") AS hourly, promotion, count(*) OVER (PARTITION BY hour("start")) AS total
  FROM population_sessions
  WHERE purchased
)
SELECT hourly, promotion AS promotion_id, total AS total_order_count, count(*) AS order_count,
       count(*) / total AS inorganic_ratio
FROM orders
WHERE promotion IS NOT NULL
GROUP BY hourly, promotion, total
ORDER BY hourly, promotion_id;
