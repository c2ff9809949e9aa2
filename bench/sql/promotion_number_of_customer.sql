SELECT promotion AS promotion_id, clients AS client_count FROM promotion_customers ORDER BY promotion;
