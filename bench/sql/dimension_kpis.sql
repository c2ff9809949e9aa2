SELECT city AS dimension,
       CAST(sum(orders) AS BIGINT)   AS order_count,
       coalesce(sum(paid), 0)        AS payment_amount,
       coalesce(sum(discount), 0)    AS discount_amount,
       count(*) FILTER (orders > 0)  AS client_count,
       CAST(sum(sessions) AS BIGINT) AS session_count,
       count(*)                      AS visitor_count
FROM city_customers
GROUP BY city
HAVING (SELECT count(DISTINCT city) FROM city_customers) > 1
ORDER BY city;
