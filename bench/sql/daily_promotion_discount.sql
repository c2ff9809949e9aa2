SELECT day AS daily, promotion AS promotion_id, discount AS total_discount FROM promotion_days ORDER BY daily, promotion_id;
