-- The demo shop: zone Europe/London, the files hold the local wall clock.

CREATE OR REPLACE TABLE readable_sessions AS
SELECT row_number() OVER ()                            AS line,
       nullif(trim(session_id), '')                    AS order_id,
       nullif(trim(customer_id), '')                   AS client,
       existing_wall(read_time(started_at))            AS "start",
       instant_of(existing_wall(read_time(started_at))) AS instant,
       CASE WHEN is_skipped(read_time(started_at)) OR is_skipped(read_time(ended_at)) THEN 'skipped'
            WHEN is_repeated(read_time(started_at)) OR is_repeated(read_time(ended_at)) THEN 'repeated'
       END                                             AS clock_change,
       read_number(paid)                               AS amount,
       coalesce(read_number(discount), 0)              AS discount,
       read_boolean(purchased)                         AS purchased,
       read_promotion(promotion)                       AS promotion,
       coalesce(nullif(city, ''), '(none)')            AS dimension,
       coalesce(read_boolean(product_view), false)     AS step_product_view,
       coalesce(read_boolean(has_basket), false)       AS step_has_basket,
       coalesce(read_boolean(order_screen), false)     AS step_order_screen
FROM read_csv('{data}/sessions.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_customers AS
SELECT nullif(trim(customer_id), '')            AS client,
       existing_wall(read_time(downloaded_at))  AS step_download,
       existing_wall(read_time(signed_up_at))   AS step_signup,
       existing_wall(read_time(login))          AS step_login
FROM read_csv('{data}/customers.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_lines AS
SELECT read_key(session_id)                     AS order_id,
       read_key(product)                        AS product,
       coalesce(nullif(category, ''), '(none)') AS category,
       read_number(unit_price)                  AS price,
       read_number(quantity)                    AS quantity
FROM read_csv('{data}/products.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_ends AS
SELECT row_number() OVER () AS line, instant_of(existing_wall(read_time(ended_at))) AS ended
FROM read_csv('{data}/sessions.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_deliveries AS
SELECT row_number() OVER () AS line, read_key(session_id) AS order_id,
       instant_of(existing_wall(read_time(delivered_at))) AS delivered,
       instant_of(existing_wall(read_time(prepared_at)))  AS prepared,
       instant_of(existing_wall(read_time(returned_at)))  AS returned,
       read_number(latitude) AS latitude, read_number(longitude) AS longitude
FROM read_csv('{data}/deliveries.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');
