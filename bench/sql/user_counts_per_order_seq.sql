WITH counts AS (
  SELECT orders, count(*) AS clients FROM buyers GROUP BY orders
),
numbers AS (
  SELECT unnest(range(1, max(orders) + 1)) AS orders FROM counts
)
SELECT orders AS order_seq_num,
       coalesce(clients, 0) AS frequency,
       CAST(sum(coalesce(clients, 0)) OVER (ORDER BY orders DESC) AS BIGINT) AS reached
FROM numbers LEFT JOIN counts USING (orders)
ORDER BY orders;
