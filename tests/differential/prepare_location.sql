SELECT week, geohash, minutes AS prepare, order_count, lat7, lon7 FROM places_of_weeks('prepare');
