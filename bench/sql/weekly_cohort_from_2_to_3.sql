SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('week', 2) ORDER BY weekly;
