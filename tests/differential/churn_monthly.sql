SELECT bucket AS monthly, * EXCLUDE (bucket) FROM churn_at_ends('monthly') ORDER BY monthly;
