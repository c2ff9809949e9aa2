SELECT week, geohash, minutes AS deliver, order_count, lat7, lon7 FROM places_of_weeks('deliver');
