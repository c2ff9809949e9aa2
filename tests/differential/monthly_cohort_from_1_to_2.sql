SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('monthly', 1) ORDER BY monthly;
