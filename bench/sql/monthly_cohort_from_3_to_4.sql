SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('month', 3) ORDER BY monthly;
