SELECT used AS products, flag AS is_orders_increased_per_products, * EXCLUDE (used, flag)
FROM tests_of_uses('product', 'orders', true);
