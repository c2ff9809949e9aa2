-- Totals, not means a day (ruling 30).
WITH hours_of_orders AS (
  SELECT hour("start") AS hours, count(DISTINCT order_id) AS hourly_total_orders FROM population_lines GROUP BY ALL
),
counted AS (
  SELECT hour("start") AS hours, category, count(DISTINCT order_id) AS order_count FROM population_lines GROUP BY ALL
)
SELECT hours, category, order_count,
       row_number() OVER (PARTITION BY hours ORDER BY order_count DESC, category) AS product_cat_order_count_rank,
       hourly_total_orders, order_count / hourly_total_orders AS hourly_order_ratio
FROM counted JOIN hours_of_orders USING (hours)
ORDER BY hours, product_cat_order_count_rank;
