-- A shop of odd baskets; what is odd about an order is its id. Sessions without a client are kept. Zone UTC, so the wall clock is
-- the instant.

CREATE OR REPLACE MACRO instant_of(wall) AS wall;
CREATE OR REPLACE MACRO keeps_anonymous() AS true;

CREATE OR REPLACE TABLE readable_sessions AS
SELECT row_number() OVER ()                 AS line,
       read_key("order")                    AS order_id,
       read_key(client)                     AS client,
       read_time("start")                   AS "start",
       read_time("start")                   AS instant,
       NULL::VARCHAR                        AS clock_change,
       read_number(paid)                    AS amount,
       coalesce(read_number(discount), 0)   AS discount,
       read_boolean(bought)                 AS purchased,
       NULL::VARCHAR                        AS promotion,
       coalesce(nullif(city, ''), '(none)') AS dimension
FROM read_csv('{data}/sessions.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_customers AS
SELECT read_key(client) AS client,
       read_time(seen)  AS step_download
FROM read_csv('{data}/customers.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_lines AS
SELECT read_key("order")                    AS order_id,
       read_key(product)                    AS product,
       coalesce(nullif(kind, ''), '(none)') AS category,
       read_number(price)                   AS price,
       read_number(pieces)                  AS quantity
FROM read_csv('{data}/products.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');
