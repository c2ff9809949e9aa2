SELECT bucket AS daily, organic_orders AS order_count, is_partial FROM period_totals WHERE period = 'day' ORDER BY bucket;
