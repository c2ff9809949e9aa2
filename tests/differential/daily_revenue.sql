SELECT bucket AS daily,
       coalesce(fsum(amount) FILTER (WHERE purchased), 0) AS payment_amount,
       is_partial
FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('day', "start")
WHERE period = 'daily'
GROUP BY bucket, is_partial
ORDER BY bucket;
