SELECT weekday AS isoweekday, hour, minutes AS ride, order_count FROM hours_of_week('ride');
