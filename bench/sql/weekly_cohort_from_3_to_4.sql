SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('week', 3) ORDER BY weekly;
