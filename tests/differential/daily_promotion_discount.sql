SELECT CAST("start" AS DATE) AS daily, promotion AS promotion_id, coalesce(fsum(discount), 0) AS total_discount
FROM population_sessions
WHERE purchased AND promotion IS NOT NULL
GROUP BY ALL
ORDER BY daily, promotion_id;
