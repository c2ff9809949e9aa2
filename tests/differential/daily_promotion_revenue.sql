SELECT CAST("start" AS DATE) AS daily, promotion AS promotion_id, coalesce(fsum(amount), 0) AS total_revenue
FROM population_sessions
WHERE purchased AND promotion IS NOT NULL
GROUP BY ALL
ORDER BY daily, promotion_id;
