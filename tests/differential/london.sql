-- Wall clocks of Europe/London.

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
