WITH axis AS (
  SELECT CAST(unnest(generate_series(date_trunc('month', least(first_session, (SELECT min(day) FROM hourly_steps))),
                                     as_of, INTERVAL 1 month)) AS DATE) AS monthly
  FROM settings
)
SELECT monthly,
       CAST(coalesce(sum(purchased), 0) AS BIGINT)    AS monthly_purchased,
       CAST(coalesce(sum(has_sessions), 0) AS BIGINT) AS monthly_has_sessions,
       CAST(coalesce(sum(download), 0) AS BIGINT)     AS monthly_download,
       CAST(coalesce(sum(signup), 0) AS BIGINT)       AS monthly_signup,
       CAST(coalesce(sum(login), 0) AS BIGINT)        AS monthly_login
FROM axis LEFT JOIN hourly_steps ON monthly = date_trunc('month', day)
GROUP BY monthly
ORDER BY monthly;
