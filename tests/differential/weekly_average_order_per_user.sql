WITH per_client AS (
  SELECT date_trunc('week', "start") AS week, client, count(*) AS orders
  FROM population_sessions
  WHERE purchased AND client IS NOT NULL
  GROUP BY week, client
)
SELECT bucket AS weekly, avg(orders) AS orders, count(client) AS client_count
FROM axis LEFT JOIN per_client ON bucket = week
WHERE period = 'weekly'
GROUP BY bucket
ORDER BY bucket;
