-- Means a day of the axis, conversions are ratios of the hour's totals.
WITH counts AS (
  SELECT hours.hour AS hourly,
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) / any_value(days) AS 'hourly_\1',
         count(*) FILTER (WHERE COLUMNS('^step_(.*)$')) / nullif(count(step_has_sessions), 0) AS 'hourly_conv_\1'
  FROM hours CROSS JOIN axis_days LEFT JOIN population_sessions ON hours.hour = hour("start")
  GROUP BY hours.hour
)
SELECT * EXCLUDE (hourly_conv_has_sessions)
FROM counts
ORDER BY hourly;
