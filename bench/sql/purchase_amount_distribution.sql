-- Amounts are whole millionths, so that the bins are exact.
WITH bounds AS (
  SELECT CAST(round(min(paid) * 1e6) AS BIGINT) AS low, CAST(round(max(paid) * 1e6) AS BIGINT) AS high
  FROM numbered_orders
),
bins AS (
  SELECT unnest(range(CASE WHEN low = high THEN 1 ELSE 20 END)) AS bin, low, high FROM bounds WHERE low IS NOT NULL
),
orders_of_bins AS (
  SELECT coalesce(least(19, 20 * (CAST(round(paid * 1e6) AS BIGINT) - low) // nullif(high - low, 0)), 0) AS bin,
         count(*) AS orders
  FROM numbered_orders, bounds
  WHERE paid IS NOT NULL
  GROUP BY bin
),
clients_of_bins AS (
  SELECT coalesce(least(19, 20 * (paid_millionths - payments * low) // nullif(payments * (high - low), 0)), 0) AS bin,
         count(*) AS client_count
  FROM buyers, bounds
  WHERE payments > 0
  GROUP BY bin
)
SELECT (20 * low + bin * (high - low)) / 20e6       AS payment_bins,
       coalesce(orders, 0)                          AS orders,
       coalesce(client_count, 0)                    AS client_count,
       (20 * low + (bin + 1) * (high - low)) / 20e6 AS bin_to
FROM bins LEFT JOIN orders_of_bins USING (bin) LEFT JOIN clients_of_bins USING (bin)
ORDER BY bin;
