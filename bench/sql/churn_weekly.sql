SELECT bucket AS weekly, * EXCLUDE (bucket) FROM churn_at_ends('week', INTERVAL 7 DAY) ORDER BY weekly;
