-- UCI Online Retail: one row an invoice, zone Europe/London, the files hold the local wall clock.

-- British Summer Time runs from the last Sunday of March to the last Sunday of October, and clocks change at 01:00 UTC.
CREATE OR REPLACE MACRO last_sunday(year_, month_) AS
  CAST(date_trunc('week', last_day(make_date(year_, month_, 1)) + 1) - INTERVAL 1 DAY AS DATE);
-- A wall clock of 01:00 to 02:00 does not exist on the first of these Sundays and occurs twice on the second (ruling 1).
CREATE OR REPLACE MACRO is_skipped(wall) AS
  wall >= last_sunday(year(wall), 3) + INTERVAL 1 HOUR AND wall < last_sunday(year(wall), 3) + INTERVAL 2 HOUR;
CREATE OR REPLACE MACRO is_repeated(wall) AS
  wall >= last_sunday(year(wall), 10) + INTERVAL 1 HOUR AND wall < last_sunday(year(wall), 10) + INTERVAL 2 HOUR;
-- The skipped hour is moved forward by the gap, and the repeated hour means the first, which is still summer time.
CREATE OR REPLACE MACRO existing_wall(wall) AS
  CASE WHEN is_skipped(wall) THEN wall + INTERVAL 1 HOUR ELSE wall END;
CREATE OR REPLACE MACRO instant_of(wall) AS
  CASE WHEN wall >= last_sunday(year(wall), 3) + INTERVAL 2 HOUR AND wall < last_sunday(year(wall), 10) + INTERVAL 2 HOUR
       THEN wall - INTERVAL 1 HOUR
       ELSE wall
  END;

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
