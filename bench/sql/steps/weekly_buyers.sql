-- Orders, payments and buyers of each week: a buyer counts with the first order of the week.
CREATE TEMP TABLE weekly_buyers AS
SELECT CAST(date_trunc('week', day) AS DATE) AS week,
       count(*)    AS orders,
       sum(paid)   AS paid,
       count(paid) AS payments,
       count(*) FILTER (number = 1 OR previous_day < date_trunc('week', day)) AS clients
FROM numbered_orders
GROUP BY week;
