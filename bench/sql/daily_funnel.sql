SELECT bucket AS daily, orders AS daily_purchased, sessions AS daily_has_sessions,
       product_view AS daily_product_view, has_basket AS daily_has_basket, order_screen AS daily_order_screen,
       orders / nullif(sessions, 0)       AS daily_conv_purchased,
       product_view / nullif(sessions, 0) AS daily_conv_product_view,
       has_basket / nullif(sessions, 0)   AS daily_conv_has_basket,
       order_screen / nullif(sessions, 0) AS daily_conv_order_screen,
       is_partial
FROM period_totals
WHERE period = 'day'
ORDER BY bucket;
