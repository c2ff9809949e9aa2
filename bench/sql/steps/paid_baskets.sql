-- Orders with a basket, and by how much an amount of its lines is to be multiplied to get what was paid, or saved, for
-- them. A basket that costs nothing has its payment shared by quantity, which its lines are then multiplied by.
CREATE TEMP TABLE paid_baskets AS
WITH totals AS (
  SELECT session_id, sum(unit_price * quantity) AS amount, sum(quantity) AS quantity
  FROM products
  GROUP BY session_id
)
SELECT session_id, customer_id AS client, CAST(started_at AS DATE) AS day, hour(started_at) AS hour,
       abs(amount) <= 1e-9 * quantity                                        AS is_free,
       coalesce(paid, amount) / CASE WHEN is_free THEN quantity ELSE amount END AS paid_share,
       coalesce(discount, 0) / CASE WHEN is_free THEN quantity ELSE amount END  AS discount_share
FROM totals JOIN sessions USING (session_id)
WHERE purchased = 1;
