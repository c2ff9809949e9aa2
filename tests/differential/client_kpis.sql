-- A purchase day is one event at the time of its first purchase (ruling 28). Moments are in UTC, as they are stored.
WITH events AS (
  SELECT client, min(instant) AS moment
  FROM population_sessions
  WHERE purchased
  GROUP BY client, CAST("start" AS DATE)
),
gaps AS (
  SELECT client, hours_of(max(moment)) - hours_of(min(moment)) AS hours, count(*) - 1 AS gaps
  FROM events
  GROUP BY client
),
buyers AS (
  SELECT client, count(*) AS orders, max(instant) AS newest, fsum(amount) / count(amount) AS mean,
         min(instant) AS oldest
  FROM population_sessions
  WHERE purchased
  GROUP BY client
),
visits AS (
  SELECT client, count(*) AS sessions FROM population_sessions GROUP BY client
)
SELECT client, hours / nullif(gaps, 0) AS frequency, hours_of(as_of_instant) - hours_of(newest) AS recency,
       mean AS monetary, orders AS order_count, sessions AS session_count,
       written(oldest) AS first_order_date, written(newest) AS last_order_date
FROM buyers JOIN gaps USING (client) JOIN visits USING (client), settings
WHERE client IS NOT NULL
ORDER BY client;
