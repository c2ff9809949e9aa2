SELECT bucket AS weekly, * EXCLUDE (bucket) FROM cohort('weekly', 3) ORDER BY weekly;
