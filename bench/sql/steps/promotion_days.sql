-- Orders of each promotion by day.
CREATE TEMP TABLE promotion_days AS
SELECT day, promotion, count(*) AS orders, coalesce(sum(paid), 0) AS revenue, coalesce(sum(discount), 0) AS discount
FROM numbered_orders
WHERE promotion IS NOT NULL
GROUP BY ALL;
