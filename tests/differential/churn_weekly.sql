SELECT bucket AS weekly, * EXCLUDE (bucket) FROM churn_at_ends('weekly') ORDER BY weekly;
