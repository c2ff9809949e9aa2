-- From readable rows to the canonical tables: sessions, customers, settings, and how many rows each rule touched.

-- A row without order id, client, time or purchase flag is rejected, unless the shop keeps those without client, and then
-- the last row of an order id wins (rulings 8 and 11).
CREATE OR REPLACE TABLE acceptable AS
SELECT *
FROM readable_sessions
WHERE order_id IS NOT NULL AND (client IS NOT NULL OR keeps_anonymous()) AND "start" IS NOT NULL AND purchased IS NOT NULL;

CREATE OR REPLACE TABLE survivors AS
SELECT *
FROM acceptable
QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY line DESC) = 1;

-- The newest session of main is as_of unless one is given, as wall clock of the workspace's zone (ruling 3).
CREATE OR REPLACE TABLE settings AS
SELECT coalesce({as_of}::TIMESTAMP, arg_max("start", instant))       AS as_of,
       coalesce(instant_of({as_of}::TIMESTAMP), max(instant))        AS as_of_instant,
       (SELECT coalesce(list(column_name[6:] ORDER BY column_index), []) FROM duckdb_columns()
        WHERE table_name = 'readable_sessions' AND starts_with(column_name, 'step_'))   AS session_actions,
       (SELECT coalesce(list(column_name[6:] ORDER BY column_index), []) FROM duckdb_columns()
        WHERE table_name = 'readable_customers' AND starts_with(column_name, 'step_')
          AND column_name NOT IN ('step_download', 'step_signup'))                      AS customer_actions
FROM survivors;

-- What is later than as_of does not exist. A session that did not purchase has no amounts (reports.md 1.3).
-- The 200 dimension values with most sessions are kept, the rest is "(other)" (ruling 13).
CREATE OR REPLACE TABLE sessions AS
WITH visible AS (
  SELECT survivors.* EXCLUDE (line, clock_change)
  FROM survivors, settings
  WHERE instant <= as_of_instant
),
ranked AS (
  SELECT dimension, row_number() OVER (ORDER BY count(*) DESC, dimension) AS place
  FROM visible
  WHERE dimension IS NOT NULL
  GROUP BY dimension
)
SELECT visible.* REPLACE (
         CASE WHEN purchased THEN amount ELSE 0 END                            AS amount,
         CASE WHEN purchased THEN discount ELSE 0 END                          AS discount,
         CASE WHEN place > 200 THEN '(other)' ELSE visible.dimension END       AS dimension)
FROM visible LEFT JOIN ranked ON visible.dimension = ranked.dimension;

-- Lines of one (order, product, category) are added: a line without quantity is one piece, without price it costs nothing
-- (ruling 17). They belong to the row of their order that survived (ruling 11).
CREATE OR REPLACE TABLE basket_lines AS
SELECT order_id, product, category,
       fsum(coalesce(quantity, 1))                      AS quantity,
       fsum(coalesce(price, 0) * coalesce(quantity, 1)) AS amount
FROM readable_lines SEMI JOIN sessions USING (order_id)
WHERE product IS NOT NULL
GROUP BY order_id, product, category;

-- What an order paid and what was taken off is shared among its lines in proportion to their amounts, by quantity where
-- the amounts cancel, and equally where the quantities do too (ruling 18). Where the payment is missing, the lines'
-- amounts stand for it.
CREATE OR REPLACE TABLE sold AS
WITH baskets AS (
  SELECT order_id, count(*) AS lines,
         fsum(amount)   AS amount,   fsum(abs(amount))   AS size,
         fsum(quantity) AS quantity, fsum(abs(quantity)) AS pieces
  FROM basket_lines
  GROUP BY order_id
),
shares AS (
  SELECT basket_lines.*,
         CASE WHEN abs(baskets.amount) > 1e-9 * size       THEN basket_lines.amount / baskets.amount
              WHEN abs(baskets.quantity) > 1e-9 * pieces   THEN basket_lines.quantity / baskets.quantity
              ELSE 1 / lines
         END AS share
  FROM basket_lines JOIN baskets USING (order_id)
)
SELECT order_id, client, "start", dimension, product, category, quantity,
       coalesce(sessions.amount * share, shares.amount) AS revenue,
       coalesce(discount, 0) * share                    AS discount
FROM shares JOIN sessions USING (order_id)
WHERE purchased;

-- The last delivery of an order that has a moment counts (ruling 11). An order is made when its session ends, where that is
-- known. Places have both coordinates, in range and not zero; these shops have none with a sign turned round (ruling 34).
CREATE OR REPLACE TABLE delivered AS
WITH latest AS (
  SELECT *
  FROM readable_deliveries
  WHERE order_id IS NOT NULL AND delivered IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY line DESC) = 1
),
placed AS (
  SELECT order_id,
         least(floor((latitude + 90) / 180 * 131072), 131071)::BIGINT    AS place_row,
         least(floor((longitude + 180) / 360 * 262144), 262143)::BIGINT  AS place_column
  FROM latest
  WHERE abs(latitude) <= 90 AND abs(longitude) <= 180 AND (latitude <> 0 OR longitude <> 0)
)
SELECT order_id, sessions.dimension, sessions."start", coalesce(ended, sessions.instant) AS ordered,
       latest.delivered, prepared, returned,
       CASE WHEN place_row IS NOT NULL THEN geohash(place_row, place_column) END AS geohash,
       (place_row + 0.5) * 180 / 131072 - 90     AS lat7,
       (place_column + 0.5) * 360 / 262144 - 180 AS lon7
FROM sessions JOIN survivors USING (order_id) LEFT JOIN readable_ends USING (line)
     JOIN latest USING (order_id) LEFT JOIN placed USING (order_id)
WHERE sessions.purchased;

-- Rows of one client are merged: the earliest of each date (ruling 11).
CREATE OR REPLACE TABLE customers AS
WITH merged AS (
  SELECT client, min(COLUMNS('^step_'))
  FROM readable_customers
  WHERE client IS NOT NULL
  GROUP BY client
)
SELECT client,
       CASE WHEN instant_of(COLUMNS('^(step_.*)$')) <= as_of_instant THEN COLUMNS('^(step_.*)$') END AS '\1'
FROM merged, settings;

CREATE OR REPLACE TABLE ingest_counts AS
          SELECT 'sessions_read' AS rule, count(*) AS count FROM readable_sessions
UNION ALL SELECT 'sessions_without_order_id', count(*) FROM readable_sessions WHERE order_id IS NULL
UNION ALL SELECT 'sessions_without_client', count(*) FROM readable_sessions WHERE client IS NULL AND NOT keeps_anonymous()
UNION ALL SELECT 'sessions_without_start', count(*) FROM readable_sessions WHERE "start" IS NULL
UNION ALL SELECT 'sessions_without_purchased', count(*) FROM readable_sessions WHERE purchased IS NULL
UNION ALL SELECT 'sessions_rejected', (SELECT count(*) FROM readable_sessions) - (SELECT count(*) FROM acceptable)
UNION ALL SELECT 'sessions_replaced_by_a_later_row', (SELECT count(*) FROM acceptable) - (SELECT count(*) FROM survivors)
UNION ALL SELECT 'sessions_in_a_skipped_hour', count(*) FROM survivors WHERE clock_change = 'skipped'
UNION ALL SELECT 'sessions_in_a_repeated_hour', count(*) FROM survivors WHERE clock_change = 'repeated'
UNION ALL SELECT 'sessions_after_as_of', (SELECT count(*) FROM survivors) - (SELECT count(*) FROM sessions)
UNION ALL SELECT 'sessions_accepted', count(*) FROM sessions
UNION ALL SELECT 'sessions_of_unknown_customers', count(*) FROM sessions ANTI JOIN customers USING (client)
UNION ALL SELECT 'customers_read', count(*) FROM readable_customers
UNION ALL SELECT 'customers_rejected', count(*) FROM readable_customers WHERE client IS NULL
UNION ALL SELECT 'customers_accepted', count(*) FROM customers;
