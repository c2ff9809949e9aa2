SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('month', 2) ORDER BY monthly;
