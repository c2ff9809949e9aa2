SELECT bucket AS daily, revenue AS payment_amount, is_partial FROM period_totals WHERE period = 'day' ORDER BY bucket;
