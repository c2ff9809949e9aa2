SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('monthly', 2) ORDER BY monthly;
