-- Pairs of products that at least two orders have, by the number of orders with both.
WITH frequent AS (
  SELECT session_id, product FROM basket_lines SEMI JOIN (FROM product_totals WHERE orders >= 2) USING (product)
),
pairs AS (
  SELECT one.product AS product_1, other.product AS product_2, count(*) AS orders
  FROM frequent AS one JOIN frequent AS other ON one.session_id = other.session_id AND one.product < other.product
  GROUP BY ALL
  ORDER BY orders DESC, product_1, product_2
  LIMIT 1000
),
total AS (
  SELECT sum(orders) AS orders FROM basket_hours
)
SELECT name_1.name || ' - ' || name_2.name AS products, pairs.orders AS order_count,
       name_1.name AS product_1, name_2.name AS product_2,
       pairs.orders / total.orders    AS support,
       pairs.orders / totals_1.orders AS confidence_1_2,
       pairs.orders / totals_2.orders AS confidence_2_1,
       pairs.orders * total.orders / (totals_1.orders * totals_2.orders) AS lift
FROM pairs
     JOIN product_numbers AS name_1 ON name_1.product = product_1
     JOIN product_numbers AS name_2 ON name_2.product = product_2
     JOIN product_totals AS totals_1 ON totals_1.product = product_1
     JOIN product_totals AS totals_2 ON totals_2.product = product_2, total
ORDER BY order_count DESC, product_1, product_2;
