SELECT bucket AS weekly, weekly_buyers.orders / clients AS orders, coalesce(clients, 0) AS client_count
FROM period_totals LEFT JOIN weekly_buyers ON bucket = week
WHERE period = 'week'
ORDER BY bucket;
