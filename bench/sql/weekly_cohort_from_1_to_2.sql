SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('week', 1) ORDER BY weekly;
