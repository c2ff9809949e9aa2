WITH session_steps AS (
  SELECT sum(orders) AS purchased, sum(sessions) AS has_sessions, sum(product_view) AS product_view,
         sum(has_basket) AS has_basket, sum(order_screen) AS order_screen
  FROM clock_totals
),
customer_steps AS (
  SELECT sum(download) AS download, sum(signup) AS signup, sum(login) AS login FROM hourly_steps
)
SELECT CAST(COLUMNS(*) AS BIGINT) AS 'yearly_\0' FROM session_steps, customer_steps;
