-- The tricky golden shop. Zone UTC, so the wall clock is the instant.

CREATE OR REPLACE MACRO instant_of(wall) AS wall;

CREATE OR REPLACE TABLE readable_sessions AS
SELECT row_number() OVER ()            AS line,
       nullif(id, '')                  AS order_id,
       nullif(client, '')              AS client,
       read_time("start")              AS "start",
       read_time("start")              AS instant,
       NULL::VARCHAR                   AS clock_change,
       read_number(pay)                AS amount,
       coalesce(read_number(disc), 0)  AS discount,
       read_boolean(buy)               AS purchased,
       read_promotion(promo)           AS promotion,
       coalesce(nullif(dim, ''), '(none)') AS dimension,
       coalesce(read_boolean(basket), false) AS step_basket,
       coalesce(read_boolean(screen), false) AS step_screen
FROM read_csv('{data}/sessions.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_customers AS
SELECT nullif(client, '')     AS client,
       read_time(dl)          AS step_download,
       read_time(su)          AS step_signup,
       read_time(first_login) AS step_first_login
FROM read_csv('{data}/customers.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_lines AS
SELECT read_key(id)                        AS order_id,
       read_key(product)                   AS product,
       coalesce(nullif(cat, ''), '(none)') AS category,
       read_number(price)                  AS price,
       read_number(qty)                    AS quantity
FROM read_csv('{data}/products.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_ends AS
SELECT row_number() OVER () AS line, read_time("end") AS ended
FROM read_csv('{data}/sessions.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_deliveries AS
SELECT row_number() OVER () AS line, read_key(id) AS order_id, read_time(del) AS delivered, read_time(prep) AS prepared,
       read_time(ret) AS returned, read_number(lat) AS latitude, read_number(lon) AS longitude
FROM read_csv('{data}/deliveries.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');
