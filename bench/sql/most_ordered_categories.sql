WITH orders AS (
  SELECT category, CAST(sum(orders) AS BIGINT) AS orders FROM category_hours GROUP BY category
),
lines_of_all AS (
  SELECT category, CAST(sum(quantity) AS DOUBLE) AS quantity, sum(revenue) AS revenue, count(DISTINCT client) AS clients
  FROM basket_lines
  GROUP BY category
)
SELECT name AS category, orders AS order_count, quantity, revenue, clients AS client_count
FROM orders JOIN lines_of_all USING (category) JOIN category_numbers USING (category)
ORDER BY order_count DESC, name;
