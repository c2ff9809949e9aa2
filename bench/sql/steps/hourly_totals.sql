-- Sessions and orders by day and hour. Everything about days, weeks, months and hours adds these up.
CREATE TEMP TABLE hourly_totals AS
SELECT CAST(started_at AS DATE)                             AS day,
       hour(started_at)                                     AS hour,
       count(*)                                             AS sessions,
       count(*) FILTER (product_view = 1)                   AS product_view,
       count(*) FILTER (has_basket = 1)                     AS has_basket,
       count(*) FILTER (order_screen = 1)                   AS order_screen,
       count(*) FILTER (purchased = 1)                      AS orders,
       count(*) FILTER (purchased = 1 AND promotion IS NULL) AS organic_orders,
       coalesce(sum(paid), 0)                               AS revenue,
       coalesce(sum(discount), 0)                           AS discount
FROM sessions
GROUP BY ALL;
