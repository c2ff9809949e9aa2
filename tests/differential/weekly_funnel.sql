WITH counts AS (
  SELECT bucket AS weekly,
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) AS 'weekly_\1',
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) / nullif(count(step_has_sessions), 0) AS 'weekly_conv_\1',
         is_partial
  FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('week', "start")
  WHERE period = 'weekly'
  GROUP BY bucket, is_partial
)
SELECT * EXCLUDE (weekly_conv_has_sessions)
FROM counts
ORDER BY weekly;
