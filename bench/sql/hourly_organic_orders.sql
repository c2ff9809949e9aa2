SELECT hour AS hourly, 'organic' AS promotion_id, organic_orders / days AS order_count,
       organic_orders AS order_count_total
FROM clock_totals
ORDER BY hour;
