-- The population at hand. The placeholder is NULL for main, else one dimension value as a quoted SQL text.

CREATE OR REPLACE TABLE population_sessions AS
SELECT purchased AS step_purchased, true AS step_has_sessions, sessions.*
FROM sessions
WHERE {dimension}::VARCHAR IS NULL OR dimension = {dimension};

-- One row a customer with the moment of each step. First session and first purchase are those inside the population,
-- main has every customer, a dimension value those with a session in it.
CREATE OR REPLACE TABLE population_customers AS
WITH journeys AS (
  SELECT client,
         arg_min("start", instant) FILTER (WHERE purchased) AS step_purchased,
         arg_min("start", instant)                          AS step_has_sessions
  FROM population_sessions
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
