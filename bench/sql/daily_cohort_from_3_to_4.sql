SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('day', 3) ORDER BY daily;
