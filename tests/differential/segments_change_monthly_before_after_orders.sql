SELECT segments, flag AS is_orders_increased_per_segments_per_monthly, * EXCLUDE (segments, flag)
FROM tests_of_segments('monthly', 'orders');
