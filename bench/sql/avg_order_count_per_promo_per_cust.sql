SELECT promotion AS promotion_id, orders / clients AS average_order_count FROM promotion_customers ORDER BY promotion;
