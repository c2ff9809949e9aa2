SELECT bucket AS monthly, * EXCLUDE (bucket) FROM new_and_returning('month') ORDER BY monthly;
