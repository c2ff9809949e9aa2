-- A customer is new in the bucket of the first order, and returns in another with the first order there.
CREATE TEMP MACRO new_and_returning(of_period) AS TABLE
WITH orders AS (
  SELECT CAST(date_trunc(of_period, day) AS DATE)                        AS bucket,
         number, paid,
         date_trunc(of_period, first_day) = date_trunc(of_period, day)       AS is_new,
         date_trunc(of_period, previous_day) < date_trunc(of_period, day)    AS comes_back
  FROM numbered_orders
),
counted AS (
  SELECT bucket,
         count(*) FILTER (number = 1)   AS new_customers,
         count(*) FILTER (is_new)       AS new_orders,
         sum(paid) FILTER (is_new)      AS new_revenue,
         count(*) FILTER (comes_back)   AS returning_customers,
         count(*) FILTER (NOT is_new)   AS returning_orders,
         sum(paid) FILTER (NOT is_new)  AS returning_revenue
  FROM orders
  GROUP BY bucket
)
SELECT bucket,
       coalesce(new_customers, 0)       AS new_customers,
       coalesce(new_orders, 0)          AS new_orders,
       coalesce(new_revenue, 0)         AS new_revenue,
       coalesce(returning_customers, 0) AS returning_customers,
       coalesce(returning_orders, 0)    AS returning_orders,
       coalesce(returning_revenue, 0)   AS returning_revenue,
       is_partial
FROM period_totals LEFT JOIN counted USING (bucket)
WHERE period = of_period;
