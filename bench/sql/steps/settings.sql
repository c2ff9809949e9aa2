-- Until when the shop is looked at: its newest session.
SET TimeZone = 'Europe/London';
CREATE TEMP TABLE settings AS
SELECT max(started_at)                              AS as_of,
       max(started_at) AT TIME ZONE 'Europe/London' AS as_of_instant,
       min(started_at)                              AS first_session
FROM sessions;
