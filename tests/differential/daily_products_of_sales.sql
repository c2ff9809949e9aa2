SELECT CAST("start" AS DATE) AS daily, product AS products, fsum(revenue) AS payment_amount,
       count(DISTINCT order_id) AS order_count
FROM population_lines
GROUP BY ALL
ORDER BY daily, products;
