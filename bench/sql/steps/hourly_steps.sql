-- How many customers took each step, by day and hour.
CREATE TEMP TABLE hourly_steps AS
SELECT CAST(moment AS DATE) AS day, hour(moment) AS hour,
       count(*) FILTER (step = 'purchased')    AS purchased,
       count(*) FILTER (step = 'has_sessions') AS has_sessions,
       count(*) FILTER (step = 'download')     AS download,
       count(*) FILTER (step = 'signup')       AS signup,
       count(*) FILTER (step = 'login')        AS login
FROM customer_steps, settings
WHERE moment <= as_of
GROUP BY ALL;
