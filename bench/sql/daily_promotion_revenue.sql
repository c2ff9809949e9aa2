SELECT day AS daily, promotion AS promotion_id, revenue AS total_revenue FROM promotion_days ORDER BY daily, promotion_id;
