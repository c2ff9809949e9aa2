SELECT bucket AS daily,
       count(*) FILTER (WHERE purchased AND promotion IS NULL) AS order_count,
       is_partial
FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('day', "start")
WHERE period = 'daily'
GROUP BY bucket, is_partial
ORDER BY bucket;
