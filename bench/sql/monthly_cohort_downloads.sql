SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('month', 0) ORDER BY monthly;
