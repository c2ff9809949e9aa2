FROM heat_map('returns');
