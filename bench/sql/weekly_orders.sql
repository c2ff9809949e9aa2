SELECT bucket AS weekly, orders, is_partial FROM period_totals WHERE period = 'week' ORDER BY bucket;
