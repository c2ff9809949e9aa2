SELECT category, count(DISTINCT order_id) AS order_count, fsum(quantity) AS quantity, fsum(revenue) AS revenue,
       count(DISTINCT client) AS client_count
FROM population_lines
GROUP BY category
ORDER BY order_count DESC, category;
