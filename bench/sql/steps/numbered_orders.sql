-- The orders, numbered for each customer, with the days before, after and of the first one. Durations are those of
-- instants; buckets and the order of sessions are those of the wall clock, which the shop's sessions never see turned back.
CREATE TEMP TABLE numbered_orders AS
WITH orders AS (
  SELECT session_id, customer_id AS client, started_at, CAST(started_at AS DATE) AS day,
         started_at AT TIME ZONE 'Europe/London' AS instant, paid, discount, promotion, city
  FROM sessions
  WHERE purchased = 1
)
SELECT * EXCLUDE (session_id),
       row_number() OVER customer AS number,
       first(day) OVER customer   AS first_day,
       lag(day) OVER customer     AS previous_day,
       lead(day) OVER customer    AS next_day,
       lead(instant) OVER customer AS next_instant
FROM orders
WINDOW customer AS (PARTITION BY client ORDER BY started_at, session_id);
