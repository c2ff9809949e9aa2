CREATE TEMP TABLE product_totals AS
SELECT product, count(*) AS orders, sum(quantity) AS quantity, sum(revenue) AS revenue, sum(discount) AS discount,
       count(DISTINCT client) AS clients
FROM basket_lines
GROUP BY product;
