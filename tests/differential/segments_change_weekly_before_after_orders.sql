SELECT segments, flag AS is_orders_increased_per_segments_per_weekly, * EXCLUDE (segments, flag)
FROM tests_of_segments('weekly', 'orders');
