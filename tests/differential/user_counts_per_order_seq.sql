WITH buyers AS (
  SELECT client, count(*) AS orders FROM population_sessions WHERE purchased AND client IS NOT NULL GROUP BY client
),
numbers AS (
  SELECT unnest(range(1, max(orders) + 1)) AS order_seq_num FROM buyers
)
SELECT order_seq_num,
       count(*) FILTER (WHERE orders = order_seq_num)  AS frequency,
       count(*) FILTER (WHERE orders >= order_seq_num) AS reached
FROM numbers CROSS JOIN buyers
GROUP BY order_seq_num
ORDER BY order_seq_num;
