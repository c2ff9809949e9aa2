SELECT day AS daily, promotion AS promotion_id, orders AS order_count FROM promotion_days ORDER BY daily, promotion_id;
