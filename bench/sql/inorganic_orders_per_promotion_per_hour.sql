SELECT hour AS hourly, promotion AS promotion_id, promotion_hours.orders / days AS order_count,
       promotion_hours.orders AS order_count_total
FROM promotion_hours JOIN clock_totals USING (hour)
ORDER BY hourly, promotion_id;
