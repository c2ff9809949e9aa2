-- Orders by hour of the day and the categories in them.
CREATE TEMP TABLE category_hours AS
SELECT hour, category, count(*) AS orders
FROM (SELECT DISTINCT session_id, category, hour FROM basket_lines)
GROUP BY ALL;
