SELECT promotion AS promotion_id, count(client) / nullif(count(DISTINCT client), 0) AS average_order_count
FROM population_sessions
WHERE purchased AND promotion IS NOT NULL
GROUP BY promotion
ORDER BY promotion;
