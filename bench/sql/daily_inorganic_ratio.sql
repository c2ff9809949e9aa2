SELECT day AS daily, promotion AS promotion_id, period_totals.orders AS total_order_count,
       promotion_days.orders AS order_count, promotion_days.orders / period_totals.orders AS inorganic_ratio
FROM promotion_days JOIN period_totals ON day = bucket AND period = 'day'
ORDER BY daily, promotion_id;
