SELECT hour AS hours, name AS category, category_hours.orders AS order_count,
       row_number() OVER (PARTITION BY hour ORDER BY category_hours.orders DESC, name) AS product_cat_order_count_rank,
       basket_hours.orders AS hourly_total_orders, category_hours.orders / basket_hours.orders AS hourly_order_ratio
FROM category_hours JOIN basket_hours USING (hour) JOIN category_numbers USING (category)
ORDER BY hours, product_cat_order_count_rank;
