SELECT CAST("start" AS DATE) AS daily, promotion AS promotion_id, count(*) AS order_count
FROM population_sessions
WHERE purchased AND promotion IS NOT NULL
GROUP BY ALL
ORDER BY daily, promotion_id;
