SELECT bucket AS monthly, * EXCLUDE (bucket) FROM churn_at_ends('month', INTERVAL 1 MONTH) ORDER BY monthly;
