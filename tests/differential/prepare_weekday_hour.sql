FROM heat_map('prepare');
