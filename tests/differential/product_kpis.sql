-- An order without a client is nobody's.
SELECT product AS products,
       count(DISTINCT order_id) FILTER (client IS NOT NULL) / nullif(count(DISTINCT client), 0)
         AS average_product_sold_per_user_kpi,
       fsum(revenue)          AS total_product_revenue_kpi,
       fsum(discount)         AS total_product_discount_kpi,
       count(DISTINCT client) AS total_product_cust_kpi
FROM population_lines
GROUP BY product
ORDER BY products;
