WITH visits AS (
  SELECT date_trunc('week', started_at) AS week, count(DISTINCT customer_id) AS clients FROM sessions GROUP BY week
)
SELECT bucket AS weekly, sessions / nullif(clients, 0) AS sessions, coalesce(clients, 0) AS client_count
FROM period_totals LEFT JOIN visits ON bucket = week
WHERE period = 'week'
ORDER BY bucket;
