SELECT amount.diff AS diff_amount, orders.diff AS diff, used AS promotions, amount.diff_did AS diff_did_amount,
       orders.diff_did AS diff_did, coalesce(amount.n, 0) AS n_amount, orders.n AS n
FROM (FROM usage_tests WHERE usage = 'promotion' AND measure = 'orders') AS orders
     LEFT JOIN (FROM usage_tests WHERE usage = 'promotion' AND measure = 'amount') AS amount USING (used)
ORDER BY used;
