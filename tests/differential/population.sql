-- The population at hand. The placeholder is NULL for main, else one dimension value as a quoted SQL text.

CREATE OR REPLACE TABLE population_sessions AS
SELECT purchased AS step_purchased, true AS step_has_sessions, sessions.*
FROM sessions
WHERE {dimension}::VARCHAR IS NULL OR dimension = {dimension};

-- What its purchases with a basket hold.
CREATE OR REPLACE TABLE population_lines AS
SELECT * EXCLUDE (dimension)
FROM sold
WHERE {dimension}::VARCHAR IS NULL OR dimension = {dimension};

-- One row a customer with the moment of each step. First session and first purchase are those inside the population,
-- main has every customer, a dimension value those with a session in it.
CREATE OR REPLACE TABLE population_customers AS
WITH journeys AS (
  SELECT client,
         arg_min("start", instant) FILTER (WHERE purchased) AS step_purchased,
         arg_min("start", instant)                          AS step_has_sessions
  FROM population_sessions
  WHERE client IS NOT NULL
  GROUP BY client
)
SELECT *
FROM journeys FULL JOIN customers USING (client)
WHERE {dimension}::VARCHAR IS NULL OR step_has_sessions IS NOT NULL;

-- The axes are main's in every population (ruling 4). Series of sessions and orders begin at main's first session,
-- customer funnels at the earliest step of any customer, and both end at as_of.
CREATE OR REPLACE TABLE axis_begin AS
WITH first_session AS (
  SELECT min("start") AS moment FROM sessions
),
first_step AS (
  SELECT min(least(*COLUMNS('^step_'))) AS moment FROM customers
)
SELECT first_session.moment                           AS sessions_from,
       least(first_session.moment, first_step.moment) AS customers_from
FROM first_session, first_step;

CREATE OR REPLACE TABLE periods AS
SELECT *
FROM (VALUES ('daily', 'day', INTERVAL 1 DAY), ('weekly', 'week', INTERVAL 7 DAY), ('monthly', 'month', INTERVAL 1 MONTH))
     AS list(period, unit, width);

CREATE OR REPLACE TABLE axis AS
SELECT period, CAST(bucket AS DATE) AS bucket,
       bucket + width - INTERVAL 1 MICROSECOND > as_of AS is_partial   -- ruling 6
FROM (SELECT *, unnest(generate_series(date_trunc(unit, sessions_from), as_of, width)) AS bucket
      FROM periods, axis_begin, settings);

CREATE OR REPLACE TABLE customer_axis AS
SELECT period, CAST(unnest(generate_series(date_trunc(unit, customers_from), as_of, width)) AS DATE) AS bucket
FROM periods, axis_begin, settings;

CREATE OR REPLACE TABLE axis_days AS
SELECT min(bucket) AS first_day, max(bucket) AS last_day, count(*) AS days
FROM axis
WHERE period = 'daily';

CREATE OR REPLACE TABLE hours AS
SELECT unnest(range(24)) AS hour;

-- Orders of a customer by (time, order id), inside the population (rulings 26 and 37). Those without a client are nobody's
-- (ruling 70).
CREATE OR REPLACE TABLE numbered_orders AS
SELECT client, "start", instant, amount,
       row_number() OVER (PARTITION BY client ORDER BY instant, order_id) AS number
FROM population_sessions
WHERE purchased AND client IS NOT NULL;

-- Where a column holds only dates, days are compared (ruling 25).
CREATE OR REPLACE TABLE dates AS
SELECT coalesce((SELECT bool_and("start" = date_trunc('day', "start")) FROM survivors), false)
    OR coalesce((SELECT bool_and(step_download = date_trunc('day', step_download)) FROM readable_customers
                 WHERE client IS NOT NULL), false) AS are_all;

-- Steps of a customer and the moment of the next one, or null. Step 0 is the download, before the first order.
CREATE OR REPLACE TABLE cohort_steps AS
SELECT 0 AS step, client, step_download AS from_wall,
       CASE WHEN are_all THEN CASE WHEN CAST("start" AS DATE) >= CAST(step_download AS DATE) THEN "start" END
            WHEN instant >= instant_of(step_download) THEN "start"
       END AS to_wall,
       greatest(0, hours_of(instant) - hours_of(instant_of(step_download))) AS hours
FROM customers LEFT JOIN (FROM numbered_orders WHERE number = 1) USING (client), dates
WHERE step_download IS NOT NULL AND ({dimension}::VARCHAR IS NULL OR "start" IS NOT NULL)
UNION ALL
SELECT number, client, "start", lead("start") OVER orders, lead(hours_of(instant)) OVER orders - hours_of(instant)
FROM numbered_orders
WINDOW orders AS (PARTITION BY client ORDER BY number);

-- The reports of one kind, by period. A cell is null when its bucket begins after as_of (ruling 25).
CREATE OR REPLACE MACRO cohort(of_period, of_step) AS TABLE
  WITH members AS (
    SELECT bucket_of(of_period, from_wall)                 AS bucket,
           buckets_between(of_period, from_wall, to_wall)  AS k,
           buckets_between(of_period, from_wall, as_of)    AS age
    FROM cohort_steps, settings
    WHERE step = of_step
  )
  SELECT bucket,
         CASE WHEN age >= 0  THEN count(*) FILTER (k = 0) END  AS "0",
         CASE WHEN age >= 1  THEN count(*) FILTER (k = 1) END  AS "1",
         CASE WHEN age >= 2  THEN count(*) FILTER (k = 2) END  AS "2",
         CASE WHEN age >= 3  THEN count(*) FILTER (k = 3) END  AS "3",
         CASE WHEN age >= 4  THEN count(*) FILTER (k = 4) END  AS "4",
         CASE WHEN age >= 5  THEN count(*) FILTER (k = 5) END  AS "5",
         CASE WHEN age >= 6  THEN count(*) FILTER (k = 6) END  AS "6",
         CASE WHEN age >= 7  THEN count(*) FILTER (k = 7) END  AS "7",
         CASE WHEN age >= 8  THEN count(*) FILTER (k = 8) END  AS "8",
         CASE WHEN age >= 9  THEN count(*) FILTER (k = 9) END  AS "9",
         CASE WHEN age >= 10 THEN count(*) FILTER (k = 10) END AS "10",
         CASE WHEN age >= 11 THEN count(*) FILTER (k = 11) END AS "11",
         CASE WHEN age >= 12 THEN count(*) FILTER (k = 12) END AS "12",
         CASE WHEN age >= 13 THEN count(*) FILTER (k = 13) END AS "13",
         CASE WHEN age >= 14 THEN count(*) FILTER (k = 14) END AS "14",
         CASE WHEN age >= 15 THEN count(*) FILTER (k = 15) END AS "15",
         count(*)                                                AS cohort_size,
         CASE WHEN age >= 16 THEN count(*) FILTER (k >= 16) END  AS beyond
  FROM members
  GROUP BY bucket, age
  ORDER BY bucket;

-- A purchase day is one event at the time of its first purchase (ruling 28). Times in microseconds.
CREATE OR REPLACE MACRO churn_at_ends(of_period) AS TABLE
  WITH ends AS (
    SELECT bucket, is_partial,
           CASE WHEN is_partial THEN epoch_us(as_of_instant) ELSE epoch_us(instant_of(bucket + width)) END AS ends
    FROM axis JOIN periods USING (period), settings
    WHERE period = of_period
  ),
  purchase_days AS (
    SELECT client, min(epoch_us(instant)) AS moment FROM numbered_orders GROUP BY client, CAST("start" AS DATE)
  ),
  gaps AS (
    SELECT bucket, (max(moment) - min(moment)) / (count(*) - 1) AS gap
    FROM ends JOIN purchase_days ON moment < ends OR (is_partial AND moment = ends)
    GROUP BY bucket, client
    HAVING count(*) > 1
  ),
  thresholds AS (
    SELECT ends.*, coalesce(nullif(avg(gap), 0), 168 * 3600000000) AS threshold
    FROM ends LEFT JOIN gaps USING (bucket)
    GROUP BY ALL
  ),
  buyers AS (
    SELECT bucket, client, max(epoch_us(instant)) AS last_order
    FROM ends JOIN numbered_orders ON epoch_us(instant) < ends OR (is_partial AND epoch_us(instant) = ends)
    GROUP BY bucket, client
  ),
  counted AS (
    SELECT bucket, threshold,
           count(client) AS total,
           count(client) FILTER (ends - last_order < threshold
                                 OR (NOT is_partial AND ends - last_order = threshold)) AS engaged
    FROM thresholds LEFT JOIN buyers USING (bucket)
    GROUP BY bucket, threshold
  )
  SELECT bucket, 1 - engaged / nullif(total, 0) AS churn, engaged, total, threshold / 3600000000 AS threshold_hours
  FROM counted
  ORDER BY bucket;

-- All orders of a customer's bucket are new if the first order lies in it.
CREATE OR REPLACE MACRO new_and_returning(of_period) AS TABLE
  WITH orders AS (
    SELECT bucket_of(of_period, "start") AS bucket, client, amount,
           bucket_of(of_period, "start") = bucket_of(of_period, first("start") OVER (PARTITION BY client ORDER BY number)) AS is_new
    FROM numbered_orders
  )
  SELECT bucket,
         count(DISTINCT client) FILTER (is_new)           AS new_customers,
         count(client) FILTER (is_new)                    AS new_orders,
         coalesce(fsum(amount) FILTER (is_new), 0)        AS new_revenue,
         count(DISTINCT client) FILTER (NOT is_new)       AS returning_customers,
         count(client) FILTER (NOT is_new)                AS returning_orders,
         coalesce(fsum(amount) FILTER (NOT is_new), 0)    AS returning_revenue,
         is_partial
  FROM axis LEFT JOIN orders USING (bucket)
  WHERE period = of_period
  GROUP BY bucket, is_partial
  ORDER BY bucket;

-- Its orders with a delivery, a row for each leg whose duration is one: not below zero, nor above a day (ruling 34).
CREATE OR REPLACE TABLE population_deliveries AS
SELECT *
FROM delivered
WHERE {dimension}::VARCHAR IS NULL OR dimension = {dimension};

CREATE OR REPLACE TABLE population_legs AS
WITH measured AS (
  SELECT order_id, bucket_of('weekly', "start") AS week, isodow("start") AS weekday, hour("start") AS hour,
         geohash, lat7, lon7,
         epoch_us(delivered) - epoch_us(ordered)   AS deliver,
         epoch_us(prepared)  - epoch_us(ordered)   AS prepare,
         epoch_us(delivered) - epoch_us(prepared)  AS ride,
         epoch_us(returned)  - epoch_us(delivered) AS returns
  FROM population_deliveries
)
FROM (UNPIVOT measured ON deliver, prepare, ride, returns INTO NAME leg VALUE micros)
WHERE micros BETWEEN 0 AND 86400000000;

CREATE OR REPLACE MACRO hours_of_week(of_leg) AS TABLE
  SELECT weekday, hours.hour, sum(micros) / count(micros) / 60000000 AS minutes, count(micros) AS order_count
  FROM (SELECT unnest(range(1, 8)) AS weekday) CROSS JOIN hours
       LEFT JOIN (FROM population_legs WHERE leg = of_leg) AS legs USING (weekday, hour)
  GROUP BY ALL
  ORDER BY weekday, hour;

-- Hours with five orders, from the fastest (0) to the slowest (1); all 0 where they are equal.
CREATE OR REPLACE MACRO heat_map(of_leg) AS TABLE
  WITH told AS (
    SELECT weekday, hour, coalesce((minutes - min(minutes) OVER ()) / nullif(max(minutes) OVER () - min(minutes) OVER (), 0), 0) AS heat
    FROM hours_of_week(of_leg)
    WHERE order_count >= 5
  )
  SELECT hours.hour,
         any_value(heat) FILTER (weekday = 1) AS "1", any_value(heat) FILTER (weekday = 2) AS "2",
         any_value(heat) FILTER (weekday = 3) AS "3", any_value(heat) FILTER (weekday = 4) AS "4",
         any_value(heat) FILTER (weekday = 5) AS "5", any_value(heat) FILTER (weekday = 6) AS "6",
         any_value(heat) FILTER (weekday = 7) AS "7"
  FROM hours LEFT JOIN told USING (hour)
  GROUP BY hours.hour
  ORDER BY hours.hour;

CREATE OR REPLACE MACRO places_of_weeks(of_leg) AS TABLE
  SELECT week, geohash, sum(micros) / count(*) / 60000000 AS minutes, count(*) AS order_count, lat7, lon7
  FROM population_legs
  WHERE leg = of_leg AND geohash IS NOT NULL
  GROUP BY week, geohash, lat7, lon7
  ORDER BY week, geohash;
