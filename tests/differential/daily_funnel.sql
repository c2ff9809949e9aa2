WITH counts AS (
  SELECT bucket AS daily,
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) AS 'daily_\1',
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) / nullif(count(step_has_sessions), 0) AS 'daily_conv_\1',
         is_partial
  FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('day', "start")
  WHERE period = 'daily'
  GROUP BY bucket, is_partial
)
SELECT * EXCLUDE (daily_conv_has_sessions)
FROM counts
ORDER BY daily;
