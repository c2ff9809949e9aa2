SELECT used AS promotions, flag AS is_orders_increased_per_promotions, * EXCLUDE (used, flag)
FROM tests_of_uses('promotion', 'orders', true);
