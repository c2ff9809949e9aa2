SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('daily', 2) ORDER BY daily;
