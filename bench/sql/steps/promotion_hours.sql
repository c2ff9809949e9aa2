-- Orders of each promotion by hour of the day.
CREATE TEMP TABLE promotion_hours AS
SELECT hour(started_at) AS hour, promotion, count(*) AS orders
FROM numbered_orders
WHERE promotion IS NOT NULL
GROUP BY ALL;
