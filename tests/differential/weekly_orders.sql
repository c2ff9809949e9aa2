SELECT bucket AS weekly,
       count(*) FILTER (WHERE purchased) AS orders,
       is_partial
FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('week', "start")
WHERE period = 'weekly'
GROUP BY bucket, is_partial
ORDER BY bucket;
