SELECT weekday AS isoweekday, hour, minutes AS deliver, order_count FROM hours_of_week('deliver');
