-- Promotions with fewer than 30 customers are not compared (ruling 45).
SELECT promotion AS "1st promo", customers, mean_payment,
       customers < 30 OR (SELECT count(*) FROM compared_promotions WHERE customers >= 30) < 2 AS insufficient
FROM compared_promotions
ORDER BY promotion;
