WITH orders AS (
  SELECT CAST("start" AS DATE) AS daily, promotion,
         count(*) OVER (PARTITION BY CAST("start" AS DATE)) AS total
  FROM population_sessions
  WHERE purchased
)
SELECT daily, promotion AS promotion_id, total AS total_order_count, count(*) AS order_count,
       count(*) / total AS inorganic_ratio
FROM orders
WHERE promotion IS NOT NULL
GROUP BY daily, promotion, total
ORDER BY daily, promotion_id;
