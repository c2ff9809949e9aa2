-- Every customer counts once a step, in the bucket of the step.
SELECT bucket AS daily,
       count(*) FILTER (WHERE bucket = date_trunc('day', COLUMNS('^step_(.*)$'))) AS 'daily_\1'
FROM customer_axis CROSS JOIN population_customers
WHERE period = 'daily'
GROUP BY bucket
ORDER BY bucket;
