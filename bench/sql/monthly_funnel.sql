SELECT bucket AS monthly, orders AS monthly_purchased, sessions AS monthly_has_sessions,
       product_view AS monthly_product_view, has_basket AS monthly_has_basket, order_screen AS monthly_order_screen,
       orders / nullif(sessions, 0)       AS monthly_conv_purchased,
       product_view / nullif(sessions, 0) AS monthly_conv_product_view,
       has_basket / nullif(sessions, 0)   AS monthly_conv_has_basket,
       order_screen / nullif(sessions, 0) AS monthly_conv_order_screen,
       is_partial
FROM period_totals
WHERE period = 'month'
ORDER BY bucket;
