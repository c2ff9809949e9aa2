-- The last week is (as_of - 7 days, as_of] in elapsed time, the previous week the seven days before it.
WITH marked AS (
  SELECT population_sessions.*,
         instant > as_of_instant - INTERVAL 168 HOUR AS in_last_week,
         instant > as_of_instant - INTERVAL 336 HOUR AND instant <= as_of_instant - INTERVAL 168 HOUR AS in_previous_week
  FROM population_sessions, settings
),
totals AS (
  SELECT count(*) FILTER (WHERE purchased)                                             AS total_orders,
         count(*)                                                                      AS total_visits,
         count(DISTINCT client)                                                        AS total_visitors,
         count(DISTINCT client) FILTER (WHERE purchased)                               AS total_unique_ordered_clients,
         coalesce(fsum(amount) FILTER (WHERE purchased), 0)                            AS total_revenue,
         coalesce(fsum(discount) FILTER (WHERE purchased), 0)                          AS total_discount,
         count(*) FILTER (WHERE purchased AND in_last_week)                            AS last_week_orders,
         coalesce(fsum(amount) FILTER (WHERE purchased AND in_last_week), 0)           AS last_week_revenue,
         count(DISTINCT client) FILTER (WHERE in_last_week)                            AS last_week_visitors,
         coalesce(fsum(discount) FILTER (WHERE purchased AND in_last_week), 0)         AS last_week_discount,
         count(*) FILTER (WHERE purchased AND in_previous_week)                        AS previous_week_orders,
         coalesce(fsum(amount) FILTER (WHERE purchased AND in_previous_week), 0)       AS previous_week_revenue,
         count(DISTINCT client) FILTER (WHERE in_previous_week)                        AS previous_week_visitors,
         coalesce(fsum(discount) FILTER (WHERE purchased AND in_previous_week), 0)     AS previous_week_discount
  FROM marked
),
means AS (
  SELECT fsum(amount) / count(amount) AS mean_payment
  FROM population_sessions
  WHERE purchased AND amount IS NOT NULL AND client IS NOT NULL
  GROUP BY client
),
baskets AS (
  SELECT fsum(mean_payment) / nullif(count(*), 0) AS average_basket_value_per_user FROM means
)
SELECT total_orders, total_visits, total_visitors, total_unique_ordered_clients, total_revenue, total_discount,
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
FROM totals CROSS JOIN baskets;
