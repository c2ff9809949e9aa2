SELECT client,
       (epoch_us(last_event) - epoch_us(first_order)) / nullif(events - 1, 0) / 3600000000 AS frequency,
       (epoch_us(as_of_instant) - epoch_us(last_order)) / 3600000000                       AS recency,
       paid / nullif(payments, 0)                                                          AS monetary,
       orders AS order_count, sessions AS session_count, NULL::VARCHAR AS segments,
       first_order AS first_order_date, last_order AS last_order_date
FROM buyers JOIN visitors USING (client), settings
ORDER BY client;
