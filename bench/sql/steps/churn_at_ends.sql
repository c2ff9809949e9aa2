-- Buyers, and those who are engaged, at the end of each week or month: their last order before it is not longer ago than
-- the threshold. (The current one ends with as_of, which belongs to it.) An order is the last one in its own bucket and
-- in those until the next order; later than the longest threshold it engages nobody. Times in microseconds.
CREATE TEMP MACRO churn_at_ends(of_period, width) AS TABLE
WITH changes AS (
  SELECT CAST(date_trunc(of_period, day) AS DATE) AS bucket, sum(change) AS change,
         count(*) FILTER (number = 2) AS clients
  FROM purchase_days
  GROUP BY bucket
),
newcomers AS (
  SELECT CAST(date_trunc(of_period, day) AS DATE) AS bucket, count(*) AS clients
  FROM numbered_orders
  WHERE number = 1
  GROUP BY bucket
),
ends AS (
  SELECT bucket, is_partial,
         CASE WHEN is_partial THEN epoch_us(as_of_instant) + 1
              ELSE epoch_us((bucket + width) AT TIME ZONE 'Europe/London')
         END AS end_,
         coalesce(nullif(sum(change) OVER so_far / sum(changes.clients) OVER so_far, 0), 168 * 3600000000) AS threshold,
         coalesce(sum(newcomers.clients) OVER so_far, 0) AS total
  FROM period_totals LEFT JOIN changes USING (bucket) LEFT JOIN newcomers USING (bucket), settings
  WHERE period = of_period
  WINDOW so_far AS (ORDER BY bucket)
),
spans AS (
  SELECT *,
         CAST(CASE WHEN is_partial THEN floor(end_ - 1 - threshold) + 1 ELSE ceil(end_ - threshold) END AS BIGINT) AS from_
  FROM ends
),
last_orders AS (
  SELECT epoch_us(instant) AS moment,
         CAST(unnest(generate_series(
           date_trunc(of_period, day),
           least(coalesce(date_trunc(of_period, next_day) - width, as_of),
                 day + (SELECT to_microseconds(CAST(max(threshold) AS BIGINT)) FROM ends)),
           width)) AS DATE) AS bucket
  FROM numbered_orders, settings
),
counted AS (
  SELECT bucket, count(*) AS engaged
  FROM spans JOIN last_orders USING (bucket)
  WHERE moment >= from_
  GROUP BY bucket
)
SELECT bucket, 1 - coalesce(engaged, 0) / nullif(total, 0) AS churn, coalesce(engaged, 0) AS engaged,
       CAST(total AS BIGINT) AS total, threshold / 3600000000 AS threshold_hours
FROM spans LEFT JOIN counted USING (bucket)
ORDER BY bucket;
