-- Means over the days on which the promotion was used.
SELECT promotion AS promotion_id, avg(promotion_days.orders) AS order_count, avg(revenue) AS total_revenue,
       avg(discount) AS total_discount, any_value(clients) AS client_count,
       CAST(sum(promotion_days.orders) AS BIGINT) AS order_count_total, count(*) AS active_days
FROM promotion_days JOIN promotion_customers USING (promotion)
GROUP BY promotion
ORDER BY promotion;
