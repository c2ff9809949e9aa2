SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('weekly', 2) ORDER BY weekly;
