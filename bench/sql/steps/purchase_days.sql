-- Orders of one day are one purchase, at the time of the first. With each purchase from the second on, the customer's
-- mean gap between purchases changes by so much; so the mean gaps of all customers at any time are the sum of the
-- changes until then.
CREATE TEMP TABLE purchase_days AS
WITH numbered AS (
  SELECT client, day, epoch_us(instant) AS moment, row_number() OVER customer AS number,
         epoch_us(first(instant) OVER customer) AS first_moment, epoch_us(lag(instant) OVER customer) AS previous_moment
  FROM numbered_orders
  WHERE previous_day IS DISTINCT FROM day
  WINDOW customer AS (PARTITION BY client ORDER BY instant)
)
SELECT day, number,
       (moment - first_moment) / (number - 1)
         - CASE WHEN number > 2 THEN (previous_moment - first_moment) / (number - 2) ELSE 0 END AS change
FROM numbered
WHERE number > 1;
