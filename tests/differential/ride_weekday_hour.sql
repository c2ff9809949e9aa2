FROM heat_map('ride');
