SELECT hour AS hourly, orders / days AS orders FROM clock_totals ORDER BY hour;
