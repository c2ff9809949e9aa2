SELECT a.promotion AS promotion_1, b.promotion AS promotion_2, a.mean_payment AS mean_1, b.mean_payment AS mean_2,
       a.mean_payment - b.mean_payment AS diff, a.customers AS n_1, b.customers AS n_2,
       (SELECT count(*) FROM promotion_payments AS x JOIN promotion_payments AS y USING (client)
        WHERE x.promotion = a.promotion AND y.promotion = b.promotion) AS n_both,
       a.customers < 30 OR b.customers < 30 AS insufficient
FROM compared_promotions AS a JOIN compared_promotions AS b ON a.promotion < b.promotion
ORDER BY promotion_1, promotion_2;
