WITH counts AS (
  SELECT bucket AS monthly,
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) AS 'monthly_\1',
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) / nullif(count(step_has_sessions), 0) AS 'monthly_conv_\1',
         is_partial
  FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('month', "start")
  WHERE period = 'monthly'
  GROUP BY bucket, is_partial
)
SELECT * EXCLUDE (monthly_conv_has_sessions)
FROM counts
ORDER BY monthly;
