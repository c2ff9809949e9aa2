-- How a text cell is read (rulings 2, 9, 10). Each macro gives null where the cell cannot be read.

CREATE OR REPLACE MACRO stripped(cell) AS
  trim(cell, ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13));

-- Keys lose white space around them, and an empty one is missing.
CREATE OR REPLACE MACRO read_key(cell) AS nullif(stripped(cell), '');

-- A decimal number with an optional exponent, and beyond 1e15 it is unreadable (ruling 66).
CREATE OR REPLACE MACRO read_number(cell) AS
  CASE WHEN regexp_full_match(stripped(cell), '[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?')
        AND abs(TRY_CAST(stripped(cell) AS DOUBLE)) <= 1e15
       THEN TRY_CAST(stripped(cell) AS DOUBLE)
  END;

CREATE OR REPLACE MACRO read_boolean(cell) AS
  CASE WHEN lower(stripped(cell)) IN ('true', '1', 't', 'yes', 'y', '1.0') THEN true
       WHEN lower(stripped(cell)) IN ('false', '0', 'f', 'no', 'n', '0.0') THEN false
  END;

-- The parts of an ISO date or date-time: 1 what the clock shows, 2 the offset, 3 its sign, 4 its hours, 5 its minutes.
CREATE OR REPLACE MACRO iso_part(cell, part) AS
  regexp_extract(stripped(cell),
    '^([0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?)(Z|([+-])([0-9]{2}):?([0-9]{2})?)?$',
    part);

CREATE OR REPLACE MACRO iso_offset(cell) AS
  CASE WHEN iso_part(cell, 3) = '' THEN INTERVAL 0 MINUTE
       ELSE to_minutes((CASE iso_part(cell, 3) WHEN '-' THEN -1 ELSE 1 END)
                       * (60 * TRY_CAST(iso_part(cell, 4) AS INTEGER)
                          + coalesce(TRY_CAST(nullif(iso_part(cell, 5), '') AS INTEGER), 0)))
  END;

-- An instant in UTC, of a source whose zone is UTC. (A cast of DuckDB would ignore the offset.)
CREATE OR REPLACE MACRO read_time(cell) AS
  nullif(CASE WHEN regexp_full_match(stripped(cell), '[0-9]{9,10}') THEN make_timestamp(1000000 * TRY_CAST(stripped(cell) AS BIGINT))
              WHEN regexp_full_match(stripped(cell), '[0-9]{12,13}') THEN make_timestamp(1000 * TRY_CAST(stripped(cell) AS BIGINT))
              ELSE TRY_CAST(nullif(iso_part(cell, 1), '') AS TIMESTAMP) - iso_offset(cell)
         END,
         TIMESTAMP '1900-01-01 00:00:00');

-- Texts that mean "no promotion" are null (ruling 16).
CREATE OR REPLACE MACRO read_promotion(cell) AS
  CASE WHEN lower(stripped(cell)) NOT IN ('', '-', 'none', 'nan', 'null') THEN cell END;

-- Buckets of the calendar. (DuckDB's date_diff('week') counts other weeks than those that begin on Monday.)
CREATE OR REPLACE MACRO bucket_of(period, wall) AS
  CAST(CASE period WHEN 'daily' THEN date_trunc('day', wall)
                   WHEN 'weekly' THEN date_trunc('week', wall)
                   ELSE date_trunc('month', wall)
       END AS DATE);
CREATE OR REPLACE MACRO buckets_between(period, a, b) AS
  CASE period WHEN 'daily' THEN date_diff('day', bucket_of('daily', a), bucket_of('daily', b))
              WHEN 'weekly' THEN date_diff('day', bucket_of('weekly', a), bucket_of('weekly', b)) // 7
              ELSE date_diff('month', bucket_of('monthly', a), bucket_of('monthly', b))
  END;

CREATE OR REPLACE MACRO hours_of(instant) AS epoch_us(instant) / 3600000000;

-- A moment as reports write it (ruling 69).
CREATE OR REPLACE MACRO written(moment) AS
  CASE WHEN moment = date_trunc('second', moment) THEN strftime(moment, '%Y-%m-%dT%H:%M:%S')
       ELSE strftime(moment, '%Y-%m-%dT%H:%M:%S.%f')
  END;

-- Sessions without a client are rejected (ruling 8); a shop that keeps them says so when it loads.
CREATE OR REPLACE MACRO keeps_anonymous() AS false;

-- Shops with deliveries fill these: the moments are in UTC, and a session's end stands beside the line of its row.
CREATE OR REPLACE TABLE readable_deliveries (line BIGINT, order_id VARCHAR, delivered TIMESTAMP, prepared TIMESTAMP,
                                             returned TIMESTAMP, latitude DOUBLE, longitude DOUBLE);
CREATE OR REPLACE TABLE readable_ends (line BIGINT, ended TIMESTAMP);

-- The geohash of seven letters of the cell in a row from the south pole and a column from 180 degrees west: their bits in
-- turn, the column's first, five a letter.
CREATE OR REPLACE MACRO geohash_bit(of_row, of_column, i) AS
  CASE WHEN i % 2 = 0 THEN (of_column >> (17 - i // 2)) & 1 ELSE (of_row >> (16 - i // 2)) & 1 END;
CREATE OR REPLACE MACRO geohash(of_row, of_column) AS
  array_to_string(list_transform(range(7), letter ->
    substr('0123456789bcdefghjkmnpqrstuvwxyz',
           1 + list_sum(list_transform(range(5), i -> geohash_bit(of_row, of_column, 5 * letter + i) << (4 - i)))::BIGINT, 1)), '');
