-- What was bought, with the part of the payment and of the discount that belongs to it. A basket names a product once.
CREATE TEMP TABLE basket_lines AS
SELECT session_id, client, day, hour, product_numbers.product, category_numbers.category, quantity,
       CASE WHEN is_free THEN quantity ELSE unit_price * quantity END * paid_share     AS revenue,
       CASE WHEN is_free THEN quantity ELSE unit_price * quantity END * discount_share AS discount
FROM products JOIN paid_baskets USING (session_id)
     JOIN product_numbers ON product_numbers.name = products.product
     JOIN category_numbers ON category_numbers.name = products.category;
