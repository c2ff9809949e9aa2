SELECT week, geohash, minutes AS returns, order_count, lat7, lon7 FROM places_of_weeks('returns');
