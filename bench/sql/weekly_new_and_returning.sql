SELECT bucket AS weekly, * EXCLUDE (bucket) FROM new_and_returning('week') ORDER BY weekly;
