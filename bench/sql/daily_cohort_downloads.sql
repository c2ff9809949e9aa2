SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('day', 0) ORDER BY daily;
