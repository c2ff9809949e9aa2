SELECT hour AS hourly, revenue AS payment_amount FROM clock_totals ORDER BY hour;
