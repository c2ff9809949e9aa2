CREATE TEMP TABLE category_numbers AS
SELECT name, CAST(row_number() OVER (ORDER BY name) AS SMALLINT) AS category
FROM (SELECT DISTINCT category AS name FROM products);
