-- Every customer counts once a step, in the bucket of the step.
SELECT bucket AS monthly,
       count(*) FILTER (WHERE bucket = date_trunc('month', COLUMNS('^step_(.*)$'))) AS 'monthly_\1'
FROM customer_axis CROSS JOIN population_customers
WHERE period = 'monthly'
GROUP BY bucket
ORDER BY bucket;
