SELECT week, geohash, minutes AS ride, order_count, lat7, lon7 FROM places_of_weeks('ride');
