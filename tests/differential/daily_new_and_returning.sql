SELECT bucket AS daily, * EXCLUDE (bucket) FROM new_and_returning('daily') ORDER BY daily;
