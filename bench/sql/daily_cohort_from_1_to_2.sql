SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('day', 1) ORDER BY daily;
