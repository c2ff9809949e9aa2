-- Buyers without an order in (as_of - T, as_of], where T is the mean over customers of their mean gap between purchase days.
WITH purchase_days AS (
  SELECT client, min(epoch_us(instant)) AS moment FROM numbered_orders GROUP BY client, CAST("start" AS DATE)
),
gaps AS (
  SELECT (max(moment) - min(moment)) / (count(*) - 1) AS gap FROM purchase_days GROUP BY client HAVING count(*) > 1
),
threshold AS (
  SELECT coalesce(nullif(avg(gap), 0), 168 * 3600000000) AS threshold FROM gaps
),
buyers AS (
  SELECT client, epoch_us(max(as_of_instant)) - max(epoch_us(instant)) AS recency FROM numbered_orders, settings GROUP BY client
),
counted AS (
  SELECT count(client) AS total,
         count(client) FILTER (recency < threshold) AS engaged,
         threshold
  FROM threshold LEFT JOIN buyers ON true
  GROUP BY threshold
)
SELECT 1 - engaged / nullif(total, 0) AS churn, engaged, total, threshold / 3600000000 AS threshold_hours FROM counted;
