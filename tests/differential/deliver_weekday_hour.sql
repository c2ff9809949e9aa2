FROM heat_map('deliver');
