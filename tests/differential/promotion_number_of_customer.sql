SELECT promotion AS promotion_id, count(DISTINCT client) AS client_count
FROM population_sessions
WHERE purchased AND promotion IS NOT NULL
GROUP BY promotion
ORDER BY promotion;
