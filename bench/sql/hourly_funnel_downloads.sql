-- Customers whose step fell in the hour of any day with sessions, as a mean over these days.
SELECT clock_totals.hour AS hourly,
       coalesce(sum(purchased), 0) / any_value(days)    AS hourly_purchased,
       coalesce(sum(has_sessions), 0) / any_value(days) AS hourly_has_sessions,
       coalesce(sum(download), 0) / any_value(days)     AS hourly_download,
       coalesce(sum(signup), 0) / any_value(days)       AS hourly_signup,
       coalesce(sum(login), 0) / any_value(days)        AS hourly_login
FROM clock_totals LEFT JOIN (
       SELECT hourly_steps.* FROM hourly_steps, settings WHERE day >= CAST(first_session AS DATE)
     ) AS steps USING (hour)
GROUP BY hourly
ORDER BY hourly;
