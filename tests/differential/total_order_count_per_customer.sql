SELECT client, count(*) AS order_count
FROM population_sessions
WHERE purchased
GROUP BY client
ORDER BY client;
