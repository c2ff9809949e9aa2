SELECT bucket AS monthly, orders, is_partial FROM period_totals WHERE period = 'month' ORDER BY bucket;
