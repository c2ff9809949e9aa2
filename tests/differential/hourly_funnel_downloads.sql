-- Customers whose step fell in the hour of any day of the axis, as a mean a day of the axis.
SELECT hour AS hourly,
       count(*) FILTER (WHERE hour = hour(COLUMNS('^step_(.*)$'))
                          AND CAST(COLUMNS('^step_(.*)$') AS DATE) BETWEEN first_day AND last_day) / any_value(days)
         AS 'hourly_\1'
FROM hours CROSS JOIN axis_days CROSS JOIN population_customers
GROUP BY hour
ORDER BY hour;
