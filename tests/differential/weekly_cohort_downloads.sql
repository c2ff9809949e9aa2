SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('weekly', 0) ORDER BY weekly;
