SELECT bucket AS monthly,
       count(*) FILTER (WHERE purchased) AS orders,
       is_partial
FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('month', "start")
WHERE period = 'monthly'
GROUP BY bucket, is_partial
ORDER BY bucket;
