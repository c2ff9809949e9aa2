SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('daily', 1) ORDER BY daily;
