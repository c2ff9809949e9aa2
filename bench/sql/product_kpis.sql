SELECT name AS products, orders / clients AS average_product_sold_per_user_kpi, revenue AS total_product_revenue_kpi,
       discount AS total_product_discount_kpi, clients AS total_product_cust_kpi
FROM product_totals JOIN product_numbers USING (product)
ORDER BY name;
