SELECT bucket AS daily, * EXCLUDE (bucket) FROM new_and_returning('day') ORDER BY daily;
