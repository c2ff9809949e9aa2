-- A purchase without payment makes its client count, but is not in the mean (rulings 10 and 23).
SELECT bucket AS weekly,
       fsum(amount) / nullif(count(amount), 0) AS payment_amount,
       count(DISTINCT client) AS client_count,
       count(amount) AS payment_count
FROM axis LEFT JOIN (SELECT * FROM population_sessions WHERE purchased) ON bucket = date_trunc('week', "start")
WHERE period = 'weekly'
GROUP BY bucket
ORDER BY bucket;
