SELECT hour AS hourly, promotion AS promotion_id, clock_totals.orders AS total_order_count,
       promotion_hours.orders AS order_count, promotion_hours.orders / clock_totals.orders AS inorganic_ratio
FROM promotion_hours JOIN clock_totals USING (hour)
ORDER BY hourly, promotion_id;
