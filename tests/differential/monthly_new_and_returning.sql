SELECT bucket AS monthly, * EXCLUDE (bucket) FROM new_and_returning('monthly') ORDER BY monthly;
