SELECT name AS products, orders AS order_count, CAST(quantity AS DOUBLE) AS quantity, revenue, clients AS client_count
FROM product_totals JOIN product_numbers USING (product)
ORDER BY orders DESC, name;
