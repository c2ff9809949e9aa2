SELECT used AS products, flag AS is_amount_increased_per_products, * EXCLUDE (used, flag)
FROM tests_of_uses('product', 'amount', true);
