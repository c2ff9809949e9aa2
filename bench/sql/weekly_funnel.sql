SELECT bucket AS weekly, orders AS weekly_purchased, sessions AS weekly_has_sessions,
       product_view AS weekly_product_view, has_basket AS weekly_has_basket, order_screen AS weekly_order_screen,
       orders / nullif(sessions, 0)       AS weekly_conv_purchased,
       product_view / nullif(sessions, 0) AS weekly_conv_product_view,
       has_basket / nullif(sessions, 0)   AS weekly_conv_has_basket,
       order_screen / nullif(sessions, 0) AS weekly_conv_order_screen,
       is_partial
FROM period_totals
WHERE period = 'week'
ORDER BY bucket;
