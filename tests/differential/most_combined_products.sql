-- The 1,000 pairs that most orders hold, of products in two orders at least (ruling 30); ties by their bytes.
WITH held AS (
  SELECT DISTINCT order_id, product FROM population_lines
),
baskets AS (
  SELECT count(DISTINCT order_id) AS baskets FROM held
),
products AS (
  SELECT product, count(*) AS orders, row_number() OVER (ORDER BY product) AS place FROM held GROUP BY product
),
placed AS (
  SELECT dense_rank() OVER (ORDER BY order_id) AS order_number, place
  FROM held JOIN products USING (product)
  WHERE orders >= 2
),
pairs AS (
  SELECT one.place AS place_1, other.place AS place_2, count(*) AS order_count
  FROM placed one JOIN placed other ON one.order_number = other.order_number AND one.place < other.place
  GROUP BY ALL
  ORDER BY order_count DESC, place_1, place_2
  LIMIT 1000
)
SELECT one.product || ' - ' || other.product            AS products,
       order_count,
       one.product                                      AS product_1,
       other.product                                    AS product_2,
       order_count / baskets                            AS support,
       order_count / one.orders                         AS confidence_1_2,
       order_count / other.orders                       AS confidence_2_1,
       order_count * baskets / (one.orders * other.orders) AS lift
FROM pairs JOIN products one ON one.place = place_1 JOIN products other ON other.place = place_2, baskets
ORDER BY order_count DESC, product_1, product_2;
