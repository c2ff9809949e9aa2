SELECT weekday AS isoweekday, hour, minutes AS returns, order_count FROM hours_of_week('returns');
