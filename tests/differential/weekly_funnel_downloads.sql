-- Every customer counts once a step, in the bucket of the step.
SELECT bucket AS weekly,
       count(*) FILTER (WHERE bucket = date_trunc('week', COLUMNS('^step_(.*)$'))) AS 'weekly_\1'
FROM customer_axis CROSS JOIN population_customers
WHERE period = 'weekly'
GROUP BY bucket
ORDER BY bucket;
