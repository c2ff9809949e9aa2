SELECT bucket AS monthly, revenue AS payment_amount, is_partial FROM period_totals WHERE period = 'month' ORDER BY bucket;
