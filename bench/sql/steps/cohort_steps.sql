-- Steps of a customer: the day of each and the day of the next one, or null. Step 0 is the download, which the first
-- order follows unless it came before.
CREATE TEMP TABLE cohort_steps AS
SELECT 0 AS step, CAST(downloaded_at AS DATE) AS day,
       CASE WHEN first_start >= downloaded_at THEN CAST(first_start AS DATE) END AS next_day
FROM customers LEFT JOIN buyers ON client = customer_id, settings
WHERE downloaded_at <= as_of
UNION ALL
SELECT number, day, next_day FROM numbered_orders WHERE number <= 3;
