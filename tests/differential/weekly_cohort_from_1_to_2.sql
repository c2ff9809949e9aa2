SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('weekly', 1) ORDER BY weekly;
