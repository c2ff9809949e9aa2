SELECT bucket AS daily, * EXCLUDE (bucket) FROM cohort('daily', 3) ORDER BY daily;
