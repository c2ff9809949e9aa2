-- The same by day, week and month, with the periods in which nothing happened.
CREATE TEMP TABLE period_totals AS
WITH periods AS (
  FROM (VALUES ('day', INTERVAL 1 DAY), ('week', INTERVAL 7 DAY), ('month', INTERVAL 1 MONTH)) AS list(period, width)
),
buckets AS (
  SELECT period, CAST(bucket AS DATE) AS bucket, bucket + width - INTERVAL 1 MICROSECOND > as_of AS is_partial
  FROM (SELECT *, unnest(generate_series(date_trunc(period, first_session), as_of, width)) AS bucket
        FROM periods, settings)
),
totals AS (
  SELECT period, CAST(date_trunc(period, day) AS DATE) AS bucket,
         sum(sessions) AS sessions, sum(product_view) AS product_view, sum(has_basket) AS has_basket,
         sum(order_screen) AS order_screen, sum(orders) AS orders, sum(organic_orders) AS organic_orders,
         sum(revenue) AS revenue
  FROM hourly_totals, periods
  GROUP BY ALL
)
SELECT period, bucket, is_partial,
       CAST(coalesce(sessions, 0) AS BIGINT)       AS sessions,
       CAST(coalesce(product_view, 0) AS BIGINT)   AS product_view,
       CAST(coalesce(has_basket, 0) AS BIGINT)     AS has_basket,
       CAST(coalesce(order_screen, 0) AS BIGINT)   AS order_screen,
       CAST(coalesce(orders, 0) AS BIGINT)         AS orders,
       CAST(coalesce(organic_orders, 0) AS BIGINT) AS organic_orders,
       coalesce(revenue, 0)                        AS revenue
FROM buckets LEFT JOIN totals USING (period, bucket);
