SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('week', 0) ORDER BY weekly;
