SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('daily', 0) ORDER BY daily;
