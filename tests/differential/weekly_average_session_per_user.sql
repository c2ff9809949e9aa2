WITH per_client AS (
  SELECT date_trunc('week', "start") AS week, client, count(*) AS sessions
  FROM population_sessions
  WHERE client IS NOT NULL
  GROUP BY week, client
)
SELECT bucket AS weekly, avg(sessions) AS sessions, count(client) AS client_count
FROM axis LEFT JOIN per_client ON bucket = week
WHERE period = 'weekly'
GROUP BY bucket
ORDER BY bucket;
