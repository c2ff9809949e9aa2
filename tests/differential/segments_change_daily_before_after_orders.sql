SELECT segments, flag AS is_orders_increased_per_segments_per_daily, * EXCLUDE (segments, flag)
FROM tests_of_segments('daily', 'orders');
