-- Buyers without an order in (as_of - T, as_of], where T is the mean over customers of their mean gap between purchases.
WITH threshold AS (
  SELECT coalesce(nullif(avg((epoch_us(last_event) - epoch_us(first_order)) / (events - 1)), 0), 168 * 3600000000)
           AS threshold
  FROM buyers
  WHERE events > 1
),
counted AS (
  SELECT count(*) FILTER (epoch_us(as_of_instant) - epoch_us(last_order) < threshold) AS engaged, count(*) AS total,
         any_value(threshold) AS threshold
  FROM buyers, settings, threshold
)
SELECT 1 - engaged / nullif(total, 0) AS churn, engaged, total, threshold / 3600000000 AS threshold_hours,
       CAST(NULL AS DOUBLE) AS churn_personal
FROM counted;
