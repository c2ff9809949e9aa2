-- Main only. Every dimension value has every day of the axis.
WITH dimensions AS (
  SELECT DISTINCT dimension FROM sessions WHERE (SELECT count(DISTINCT dimension) FROM sessions) > 1
)
SELECT dimensions.dimension,
       bucket AS daily,
       count(*) FILTER (WHERE purchased)                    AS order_count,
       coalesce(fsum(amount) FILTER (WHERE purchased), 0)   AS payment_amount,
       coalesce(fsum(discount) FILTER (WHERE purchased), 0) AS discount_amount,
       count(DISTINCT client) FILTER (WHERE purchased)      AS client_count,
       count(DISTINCT client)                               AS visitor_count
FROM axis CROSS JOIN dimensions
     LEFT JOIN sessions ON sessions.dimension = dimensions.dimension AND bucket = date_trunc('day', "start")
WHERE period = 'daily'
GROUP BY dimensions.dimension, bucket
ORDER BY bucket, dimensions.dimension;
