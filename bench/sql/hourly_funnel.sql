SELECT hour AS hourly, orders / days AS hourly_purchased, sessions / days AS hourly_has_sessions,
       product_view / days AS hourly_product_view, has_basket / days AS hourly_has_basket,
       order_screen / days AS hourly_order_screen,
       orders / nullif(sessions, 0)       AS hourly_conv_purchased,
       product_view / nullif(sessions, 0) AS hourly_conv_product_view,
       has_basket / nullif(sessions, 0)   AS hourly_conv_has_basket,
       order_screen / nullif(sessions, 0) AS hourly_conv_order_screen
FROM clock_totals
ORDER BY hour;
