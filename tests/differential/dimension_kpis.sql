-- Main only.
SELECT dimension,
       count(*) FILTER (WHERE purchased)                    AS order_count,
       coalesce(fsum(amount) FILTER (WHERE purchased), 0)   AS payment_amount,
       coalesce(fsum(discount) FILTER (WHERE purchased), 0) AS discount_amount,
       count(DISTINCT client) FILTER (WHERE purchased)      AS client_count,
       count(*)                                             AS session_count,
       count(DISTINCT client)                               AS visitor_count
FROM sessions
WHERE (SELECT count(DISTINCT dimension) FROM sessions) > 1
GROUP BY dimension
ORDER BY dimension;
