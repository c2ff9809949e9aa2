-- CDNOW, the full set: every row is a purchase with a date only. Zone UTC, no dimension, no discount.

CREATE OR REPLACE MACRO instant_of(wall) AS wall;

CREATE OR REPLACE TABLE readable_sessions AS
SELECT row_number() OVER ()    AS line,
       nullif(order_id, '')    AS order_id,
       nullif(client, '')      AS client,
       read_time(date)         AS "start",
       read_time(date)         AS instant,
       NULL::VARCHAR           AS clock_change,
       read_number(amount)     AS amount,
       0.0::DOUBLE             AS discount,
       read_boolean(purchased) AS purchased,
       NULL::VARCHAR           AS promotion,
       NULL::VARCHAR           AS dimension
FROM read_csv('{data}/master_sessions.csv.gz', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_customers AS
SELECT nullif(client, '')    AS client,
       read_time(first_seen) AS step_download
FROM read_csv('{data}/master_customers.csv.gz', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

-- There are no products.
CREATE OR REPLACE TABLE readable_lines AS
SELECT NULL::VARCHAR AS order_id, NULL::VARCHAR AS product, NULL::VARCHAR AS category, 0.0::DOUBLE AS price, 1.0::DOUBLE AS quantity
WHERE false;
