-- The last week is (as_of - 7 days, as_of] in elapsed time, the previous week the seven days before it.
WITH fortnight AS (
  SELECT customer_id AS client, purchased = 1 AS is_order, paid, discount,
         started_at AT TIME ZONE 'Europe/London' > as_of_instant - INTERVAL 168 HOUR AS is_last,
         started_at AT TIME ZONE 'Europe/London' > as_of_instant - INTERVAL 336 HOUR AND NOT is_last AS is_previous
  FROM sessions, settings
  WHERE started_at > as_of - INTERVAL 15 DAY
),
weeks AS (
  SELECT count(*) FILTER (is_order AND is_last)                       AS last_week_orders,
         coalesce(sum(paid) FILTER (is_last), 0)                      AS last_week_revenue,
         count(DISTINCT client) FILTER (is_last)                      AS last_week_visitors,
         coalesce(sum(discount) FILTER (is_order AND is_last), 0)     AS last_week_discount,
         count(*) FILTER (is_order AND is_previous)                   AS previous_week_orders,
         coalesce(sum(paid) FILTER (is_previous), 0)                  AS previous_week_revenue,
         count(DISTINCT client) FILTER (is_previous)                  AS previous_week_visitors,
         coalesce(sum(discount) FILTER (is_order AND is_previous), 0) AS previous_week_discount
  FROM fortnight
),
totals AS (
  SELECT CAST(sum(orders) AS BIGINT) AS total_orders, CAST(sum(sessions) AS BIGINT) AS total_visits,
         sum(revenue) AS total_revenue, sum(discount) AS total_discount
  FROM hourly_totals
),
customers_of_all AS (
  SELECT count(*) AS total_unique_ordered_clients, avg(paid / nullif(payments, 0)) AS average_basket_value_per_user
  FROM buyers
)
SELECT total_orders, total_visits, (SELECT count(*) FROM visitors) AS total_visitors,
       total_unique_ordered_clients, total_revenue, total_discount,
       100 * (last_week_orders - previous_week_orders) / nullif(previous_week_orders, 0)
         AS since_last_week_orders,
       100 * (last_week_revenue - previous_week_revenue) / nullif(abs(previous_week_revenue), 0)
         AS since_last_week_revenue,
       100 * (last_week_visitors - previous_week_visitors) / nullif(previous_week_visitors, 0)
         AS since_last_week_total_visitors,
       100 * (last_week_discount - previous_week_discount) / nullif(abs(previous_week_discount), 0)
         AS since_last_week_total_discount,
       average_basket_value_per_user,
       total_orders / nullif(total_visits, 0) AS conversion_rate,
       last_week_orders, last_week_revenue, last_week_visitors, last_week_discount,
       previous_week_orders, previous_week_revenue, previous_week_visitors, previous_week_discount
FROM totals, customers_of_all, weeks;
