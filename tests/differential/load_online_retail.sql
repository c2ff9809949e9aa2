-- UCI Online Retail: one row an invoice, zone Europe/London, the files hold the local wall clock.

CREATE OR REPLACE TABLE readable_sessions AS
SELECT row_number() OVER ()          AS line,
       nullif(invoice_no, '')        AS order_id,
       nullif(customer_id, '')       AS client,
       existing_wall(read_time(invoice_date))             AS "start",
       instant_of(existing_wall(read_time(invoice_date))) AS instant,
       CASE WHEN is_skipped(read_time(invoice_date)) THEN 'skipped'
            WHEN is_repeated(read_time(invoice_date)) THEN 'repeated'
       END                           AS clock_change,
       read_number(amount)           AS amount,
       0.0::DOUBLE                   AS discount,
       read_boolean(purchased)       AS purchased,
       NULL::VARCHAR                 AS promotion,
       coalesce(nullif(country, ''), '(none)') AS dimension
FROM read_csv('{data}/sessions.csv.gz', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_customers AS
SELECT nullif(customer_id, '')              AS client,
       existing_wall(read_time(first_seen)) AS step_download
FROM read_csv('{data}/customers.csv.gz', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');

CREATE OR REPLACE TABLE readable_lines AS
SELECT read_key(invoice_no)    AS order_id,
       read_key(product)       AS product,
       NULL::VARCHAR           AS category,
       read_number(unit_price) AS price,
       read_number(quantity)   AS quantity
FROM read_csv('{data}/products.csv.gz', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"');
