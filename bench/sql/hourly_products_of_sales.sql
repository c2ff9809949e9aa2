WITH counts AS (
  SELECT hour, product, count(*) AS orders FROM basket_lines GROUP BY ALL
)
SELECT hour AS hours, name AS products, counts.orders AS order_count,
       row_number() OVER (PARTITION BY hour ORDER BY counts.orders DESC, name) AS product_order_count_rank,
       basket_hours.orders AS hourly_total_orders, counts.orders / basket_hours.orders AS hourly_order_ratio
FROM counts JOIN basket_hours USING (hour) JOIN product_numbers USING (product)
ORDER BY hours, product_order_count_rank;
