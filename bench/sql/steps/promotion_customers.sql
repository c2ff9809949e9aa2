-- Customers who used each promotion, and how often.
CREATE TEMP TABLE promotion_customers AS
SELECT promotion, count(*) AS orders, count(DISTINCT client) AS clients
FROM numbered_orders
WHERE promotion IS NOT NULL
GROUP BY promotion;
