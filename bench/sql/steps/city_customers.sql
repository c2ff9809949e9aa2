-- Customers by the cities of their sessions.
CREATE TEMP TABLE city_customers AS
SELECT customer_id AS client, city,
       count(*)                           AS sessions,
       min(started_at)                    AS first_session,
       count(*) FILTER (purchased = 1)    AS orders,
       sum(paid)                          AS paid,
       sum(discount)                      AS discount
FROM sessions
GROUP BY client, city;
