SELECT weekday AS isoweekday, hour, minutes AS prepare, order_count FROM hours_of_week('prepare');
