SELECT used AS promotions, flag AS is_amount_increased_per_promotions, * EXCLUDE (used, flag)
FROM tests_of_uses('promotion', 'amount', false);
