SELECT bucket AS monthly, * EXCLUDE (bucket) FROM cohort('monthly', 3) ORDER BY monthly;
