SELECT bucket AS weekly, paid / nullif(payments, 0) AS payment_amount, coalesce(clients, 0) AS client_count,
       coalesce(payments, 0) AS payment_count
FROM period_totals LEFT JOIN weekly_buyers ON bucket = week
WHERE period = 'week'
ORDER BY bucket;
