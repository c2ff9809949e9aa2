-- Amounts are whole millionths, so that the bins are exact (ruling 24).
WITH payments AS (
  SELECT client, CAST(round(amount * 1000000) AS HUGEINT) AS amount
  FROM population_sessions
  WHERE purchased AND amount IS NOT NULL
),
bounds AS (
  SELECT min(amount) AS low, max(amount) AS high FROM payments HAVING count(*) > 0
),
bins AS (
  SELECT unnest(range(CASE WHEN low = high THEN 1 ELSE 20 END)) AS bin, low, high FROM bounds
),
orders_of_bins AS (
  SELECT CASE WHEN low = high THEN 0 ELSE least(19, 20 * (amount - low) // (high - low)) END AS bin,
         count(*) AS orders
  FROM payments, bounds
  GROUP BY 1
),
means AS (
  SELECT client, sum(amount) AS total, count(*) AS payments FROM payments WHERE client IS NOT NULL GROUP BY client
),
clients_of_bins AS (
  SELECT CASE WHEN low = high THEN 0
              ELSE least(19, 20 * (total - payments * low) // (payments * (high - low))) END AS bin,
         count(*) AS client_count
  FROM means, bounds
  GROUP BY 1
)
SELECT (20 * low + bin * (high - low)) / 20e6       AS payment_bins,
       coalesce(orders, 0)                          AS orders,
       coalesce(client_count, 0)                    AS client_count,
       (20 * low + (bin + 1) * (high - low)) / 20e6 AS bin_to
FROM bins LEFT JOIN orders_of_bins USING (bin) LEFT JOIN clients_of_bins USING (bin)
ORDER BY bin;
