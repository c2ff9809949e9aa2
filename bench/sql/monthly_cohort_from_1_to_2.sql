SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('month', 1) ORDER BY monthly;
