SELECT client, count(*) AS order_count
FROM population_sessions
WHERE purchased AND client IS NOT NULL
GROUP BY client
ORDER BY client;
