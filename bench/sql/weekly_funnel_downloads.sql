WITH axis AS (
  SELECT CAST(unnest(generate_series(date_trunc('week', least(first_session, (SELECT min(day) FROM hourly_steps))),
                                     as_of, INTERVAL 1 week)) AS DATE) AS weekly
  FROM settings
)
SELECT weekly,
       CAST(coalesce(sum(purchased), 0) AS BIGINT)    AS weekly_purchased,
       CAST(coalesce(sum(has_sessions), 0) AS BIGINT) AS weekly_has_sessions,
       CAST(coalesce(sum(download), 0) AS BIGINT)     AS weekly_download,
       CAST(coalesce(sum(signup), 0) AS BIGINT)       AS weekly_signup,
       CAST(coalesce(sum(login), 0) AS BIGINT)        AS weekly_login
FROM axis LEFT JOIN hourly_steps ON weekly = date_trunc('week', day)
GROUP BY weekly
ORDER BY weekly;
