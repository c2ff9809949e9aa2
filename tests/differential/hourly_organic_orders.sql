SELECT hours.hour AS hourly, 'organic' AS promotion_id,
       count(*) FILTER (WHERE purchased AND promotion IS NULL) / any_value(days) AS order_count,
       count(*) FILTER (WHERE purchased AND promotion IS NULL) AS order_count_total
FROM hours CROSS JOIN axis_days LEFT JOIN population_sessions ON hours.hour = hour("start")
GROUP BY hours.hour
ORDER BY hours.hour;
