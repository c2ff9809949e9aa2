SELECT day AS daily, name AS products, sum(revenue) AS payment_amount, count(*) AS order_count
FROM basket_lines JOIN product_numbers USING (product)
GROUP BY day, name
ORDER BY day, name;
