SELECT bucket AS weekly, revenue AS payment_amount, is_partial FROM period_totals WHERE period = 'week' ORDER BY bucket;
