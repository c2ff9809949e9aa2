-- One row a customer with an order. Orders of one day are one event, at the time of the first.
CREATE TEMP TABLE buyers AS
SELECT client,
       count(*)                                                AS orders,
       min(started_at)                                         AS first_start,
       min(instant)                                            AS first_order,
       max(instant)                                            AS last_order,
       count(*) FILTER (previous_day IS DISTINCT FROM day)     AS events,
       max(instant) FILTER (previous_day IS DISTINCT FROM day) AS last_event,
       sum(paid)                                               AS paid,
       count(paid)                                             AS payments,
       CAST(sum(CAST(round(paid * 1e6) AS BIGINT)) AS BIGINT)  AS paid_millionths
FROM numbered_orders
GROUP BY client;
