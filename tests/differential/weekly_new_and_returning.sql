SELECT bucket AS weekly, * EXCLUDE (bucket) FROM new_and_returning('weekly') ORDER BY weekly;
