-- Orders with a basket by hour of the day.
CREATE TEMP TABLE basket_hours AS
SELECT hour, count(*) AS orders FROM paid_baskets GROUP BY hour;
