-- The same by hour of the day, with the number of days that were added up.
CREATE TEMP TABLE clock_totals AS
SELECT hour, (SELECT date_diff('day', first_session, as_of) + 1 FROM settings) AS days,
       CAST(coalesce(sum(sessions), 0) AS BIGINT)       AS sessions,
       CAST(coalesce(sum(product_view), 0) AS BIGINT)   AS product_view,
       CAST(coalesce(sum(has_basket), 0) AS BIGINT)     AS has_basket,
       CAST(coalesce(sum(order_screen), 0) AS BIGINT)   AS order_screen,
       CAST(coalesce(sum(orders), 0) AS BIGINT)         AS orders,
       CAST(coalesce(sum(organic_orders), 0) AS BIGINT) AS organic_orders,
       coalesce(sum(revenue), 0)                        AS revenue
FROM range(24) AS clock(hour) LEFT JOIN hourly_totals USING (hour)
GROUP BY hour;
