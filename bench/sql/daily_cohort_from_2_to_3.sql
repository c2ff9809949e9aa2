SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('day', 2) ORDER BY daily;
