SELECT bucket AS daily, orders, is_partial FROM period_totals WHERE period = 'day' ORDER BY bucket;
