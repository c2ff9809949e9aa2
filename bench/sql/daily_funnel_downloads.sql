WITH axis AS (
  SELECT CAST(unnest(generate_series(date_trunc('day', least(first_session, (SELECT min(day) FROM hourly_steps))),
                                     as_of, INTERVAL 1 day)) AS DATE) AS daily
  FROM settings
)
SELECT daily,
       CAST(coalesce(sum(purchased), 0) AS BIGINT)    AS daily_purchased,
       CAST(coalesce(sum(has_sessions), 0) AS BIGINT) AS daily_has_sessions,
       CAST(coalesce(sum(download), 0) AS BIGINT)     AS daily_download,
       CAST(coalesce(sum(signup), 0) AS BIGINT)       AS daily_signup,
       CAST(coalesce(sum(login), 0) AS BIGINT)        AS daily_login
FROM axis LEFT JOIN hourly_steps ON daily = date_trunc('day', day)
GROUP BY daily
ORDER BY daily;
