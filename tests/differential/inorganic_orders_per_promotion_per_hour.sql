SELECT hour("start") AS hourly, promotion AS promotion_id,
       count(*) / any_value(days) AS order_count, count(*) AS order_count_total
FROM population_sessions, axis_days
WHERE purchased AND promotion IS NOT NULL
GROUP BY ALL
ORDER BY hourly, promotion_id;
