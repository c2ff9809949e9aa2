SELECT hours.hour AS hourly,
       count(*) FILTER (WHERE purchased) / any_value(days) AS orders
FROM hours CROSS JOIN axis_days LEFT JOIN population_sessions ON hours.hour = hour("start")
GROUP BY hours.hour
ORDER BY hours.hour;
