SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('monthly', 0) ORDER BY monthly;
