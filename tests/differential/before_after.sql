-- Before and after the use of promotions and products, and segments over time, of the population at hand (reports.md 5.9). Needs
-- population.sql and `cuts(metric, cut)`: where the scores of main's segments are cut.

-- Seven days are 168 elapsed hours (ruling 28).
CREATE OR REPLACE MACRO seven_days() AS 7 * 24 * 3600000000;

-- Orders of a customer in time, and what lies around each: neither the order itself nor others of the very moment.
CREATE OR REPLACE TABLE placed_orders AS
SELECT order_id, client, promotion, amount, CAST("start" AS DATE) AS day, epoch_us(instant) AS moment,
       row_number() OVER (PARTITION BY client ORDER BY instant, order_id) AS number
FROM population_sessions
WHERE purchased AND client IS NOT NULL;

-- When a customer was first seen: the download or the first session, whichever is earlier.
CREATE OR REPLACE TABLE first_seen AS
SELECT client, least(min(epoch_us(instant)), epoch_us(instant_of(any_value(step_download)))) AS seen
FROM population_sessions LEFT JOIN customers USING (client)
WHERE client IS NOT NULL
GROUP BY client;

CREATE OR REPLACE TABLE windowed_orders AS
WITH counted AS (
  SELECT *,
         count(*)      OVER days_before AS orders_before, count(*)      OVER days_after AS orders_after,
         count(amount) OVER days_before AS paid_before,   count(amount) OVER days_after AS paid_after,
         avg(amount)   OVER days_before AS mean_before,   avg(amount)   OVER days_after AS mean_after,
         moment - max(moment) OVER (PARTITION BY client ORDER BY moment RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS since
  FROM placed_orders
  WINDOW days_before AS (PARTITION BY client ORDER BY moment RANGE BETWEEN seven_days() PRECEDING AND 1 PRECEDING),
         days_after  AS (PARTITION BY client ORDER BY moment RANGE BETWEEN 1 FOLLOWING AND seven_days() FOLLOWING)
)
SELECT counted.*,
       moment - seven_days() >= seen AND moment + seven_days() <= epoch_us(as_of_instant) AS is_seen_whole,
       paid_before > 0 AND paid_after > 0                                                 AS is_paid_around,
       order_id IN (SELECT order_id FROM population_lines)                                AS has_basket,
       -- Customers who stand alike: as many orders before (ten and more together), and about as much time since the last one.
       -- With more than 100 orders around it is not a person.
       CASE WHEN orders_before + orders_after > 100 THEN NULL
            WHEN since IS NULL                      THEN 'first order'
            WHEN orders_before = 0 THEN 'none, ' || CASE WHEN since <= 2 * seven_days()  THEN 'two weeks'
                                                         WHEN since <= 4 * seven_days()  THEN 'four weeks'
                                                         WHEN since <= 12 * seven_days() THEN 'twelve weeks'
                                                         ELSE 'longer'
                                                    END
            ELSE least(orders_before, 10) || ', ' || CASE WHEN since <= seven_days() // 7     THEN 'a day'
                                                          WHEN since <= 3 * seven_days() // 7 THEN 'three days'
                                                          ELSE 'a week'
                                                     END
       END AS standing
FROM counted JOIN first_seen USING (client), settings;

-- The first use of each promotion and product by a customer.
CREATE OR REPLACE TABLE first_uses AS
SELECT 'promotion' AS usage, promotion AS used, client, min(number) AS number, min(moment) AS first_moment
FROM placed_orders
WHERE promotion IS NOT NULL
GROUP BY ALL
UNION ALL
SELECT 'product', product, placed_orders.client, min(number), min(moment)
FROM placed_orders JOIN (SELECT DISTINCT order_id, product FROM population_lines) USING (order_id)
GROUP BY ALL;

-- What is paid for the product itself in the seven days after its first use.
CREATE OR REPLACE TABLE own_payments AS
SELECT used, client, sum(revenue) AS paid
FROM first_uses
     JOIN placed_orders AS at_use USING (client, number)
     JOIN placed_orders AS later USING (client)
     JOIN population_lines ON population_lines.order_id = later.order_id AND product = used
WHERE usage = 'product' AND later.amount IS NOT NULL
  AND later.moment > at_use.moment AND later.moment <= at_use.moment + seven_days()
GROUP BY used, client;

-- The customers who are tested. `change` is what others are compared in.
CREATE OR REPLACE TABLE tested_uses AS
SELECT usage, 'orders' AS measure, used, client, day, standing, orders_before AS before, orders_after AS after,
       orders_after + 1 AS after_with_use, orders_after - orders_before AS change
FROM first_uses JOIN windowed_orders USING (client, number)
WHERE is_seen_whole
UNION ALL
SELECT usage, 'amount', used, client, day, standing, mean_before,
       mean_after - CASE WHEN usage = 'product' THEN coalesce(own_payments.paid, 0) / paid_after ELSE 0 END,
       CASE WHEN amount IS NULL THEN mean_after ELSE (mean_after * paid_after + amount) / (paid_after + 1) END,
       mean_after - mean_before
FROM first_uses JOIN windowed_orders USING (client, number) LEFT JOIN own_payments USING (used, client)
WHERE is_seen_whole AND is_paid_around;

-- Orders that may stand for those without a promotion, or without a product.
CREATE OR REPLACE TABLE other_orders AS
WITH seen AS (
  SELECT * FROM windowed_orders WHERE is_seen_whole AND standing IS NOT NULL
),
by_usage AS (
  SELECT 'promotion' AS usage, * FROM seen WHERE promotion IS NULL
  UNION ALL
  SELECT 'product', * FROM seen WHERE has_basket
)
SELECT usage, 'orders' AS measure, client, moment, day, standing, orders_after - orders_before AS change FROM by_usage
UNION ALL
SELECT usage, 'amount', client, moment, day, standing, mean_after - mean_before FROM by_usage WHERE is_paid_around;

-- What others changed, of customers who had not used it up to then, nor in another order of that moment.
CREATE OR REPLACE TABLE changes_of_others AS
WITH asked AS (
  SELECT DISTINCT usage, measure, used, day, standing FROM tested_uses WHERE standing IS NOT NULL
)
SELECT usage, measure, used, day, standing, avg(change) AS change_of_others
FROM asked
     JOIN other_orders USING (usage, measure, day, standing)
     LEFT JOIN first_uses USING (usage, used, client)
WHERE first_moment IS NULL OR first_moment > other_orders.moment
GROUP BY ALL;

CREATE OR REPLACE TABLE usage_tests AS
SELECT usage, measure, used, count(*) AS n, avg(before) AS mean_control, avg(after) AS mean_validation,
       avg(after) - avg(before)              AS diff,
       avg(after_with_use) - avg(before)     AS diff_with_use,
       avg(change - change_of_others)        AS diff_did,
       count(change_of_others)               AS n_matched,
       avg(before + change_of_others)        AS expected
FROM tested_uses LEFT JOIN changes_of_others USING (usage, measure, used, day, standing)
GROUP BY usage, measure, used;

-- A customer's value is the mean payment of his orders with the promotion.
CREATE OR REPLACE TABLE promotion_payments AS
SELECT promotion, client, avg(amount) AS paid
FROM placed_orders
WHERE promotion IS NOT NULL AND amount IS NOT NULL
GROUP BY promotion, client;

-- Of more than 200 those with the most customers.
CREATE OR REPLACE TABLE compared_promotions AS
SELECT promotion, count(*) AS customers, avg(paid) AS mean_payment
FROM promotion_payments
GROUP BY promotion
ORDER BY customers DESC, promotion
LIMIT 200;

-- The compared stretches of time, 0 the current one and 1 to 4 those before it; both ends inclusive, in microseconds. The same
-- again five periods ago. What the clock shows at as_of is never in a skipped hour.
CREATE OR REPLACE TABLE clock AS
SELECT CASE WHEN instant_of(as_of + INTERVAL 1 HOUR) = instant_of(as_of) THEN as_of + INTERVAL 1 HOUR ELSE as_of END AS wall
FROM settings;

CREATE OR REPLACE TABLE stretches AS
WITH steps AS (
  SELECT unnest(range(5)) AS earlier
),
comparisons AS (
  SELECT unnest([0, 5]) AS ago
),
days AS (
  SELECT ago, earlier,
         CAST(wall AS DATE) - CASE WHEN is_partial THEN 1 ELSE 0 END - 7 * (ago + earlier)::INTEGER AS day,
         wall - to_days(7 * ago) AS looked_at
  FROM clock, comparisons, steps, (SELECT is_partial FROM axis WHERE period = 'daily' ORDER BY bucket DESC LIMIT 1)
),
buckets AS (
  SELECT period, ago, earlier, is_partial, wall - bucket AS elapsed,
         CASE period WHEN 'weekly' THEN bucket - to_days(7 * (ago + earlier)::INTEGER)
                     ELSE bucket - to_months((ago + earlier)::INTEGER) END AS begin_wall, width
  FROM clock, comparisons, steps, periods
       JOIN (SELECT period, max(bucket)::TIMESTAMP AS bucket, arg_max(is_partial, bucket) AS is_partial FROM axis GROUP BY period)
       USING (period)
  WHERE period <> 'daily'
),
walls AS (
  SELECT 'daily' AS period, ago, earlier, day::TIMESTAMP AS begin_wall, day + INTERVAL 1 DAY AS next_wall, NULL AS end_wall, looked_at
  FROM days
  UNION ALL
  SELECT period, ago, earlier, begin_wall, begin_wall + width,
         CASE WHEN is_partial AND begin_wall + elapsed < begin_wall + width THEN begin_wall + elapsed END, NULL
  FROM buckets
)
SELECT period, ago, earlier, epoch_us(instant_of(begin_wall)) AS begins,
       coalesce(epoch_us(instant_of(end_wall)), epoch_us(instant_of(next_wall)) - 1) AS ends,
       epoch_us(instant_of(looked_at)) AS looked_at
FROM walls;

-- When segments are looked at: before the first of the stretches, and at the end.
CREATE OR REPLACE TABLE looks AS
SELECT period, ago, min(begins) AS first_look,
       coalesce(max(looked_at), max(ends) FILTER (earlier = 0)) AS last_look
FROM stretches
GROUP BY period, ago;

CREATE OR REPLACE TABLE figures_then AS
WITH moments AS (
  SELECT DISTINCT unnest([first_look, last_look]) AS look FROM looks
),
events AS (
  SELECT look, client, min(moment) AS moment, count(*) AS orders, fsum(amount) AS paid, count(amount) AS payments, max(moment) AS newest
  FROM moments JOIN placed_orders ON moment <= look
  GROUP BY look, client, day
)
SELECT look, client, (look - max(newest)) / 3600000000 AS recency,
       (max(moment) - min(moment)) / 3600000000 / nullif(count(*) - 1, 0) AS frequency,
       sum(paid) / nullif(sum(payments), 0) AS monetary
FROM events
GROUP BY look, client;

-- Scores by the cuts of main, and the segments of reports.md 5.7.
CREATE OR REPLACE MACRO cuts_of(of_metric) AS (SELECT coalesce(list(cut), []) FROM cuts WHERE metric = of_metric);
CREATE OR REPLACE MACRO cuts_below(all_cuts, value) AS len(list_filter(all_cuts, c -> value > c));

CREATE OR REPLACE TABLE segments_then AS
WITH scored AS (
  SELECT look, client, frequency IS NULL AS is_single,
         5 - cuts_below(r.list, recency) AS r,
         CASE WHEN frequency IS NULL THEN 1 ELSE 5 - cuts_below(f.list, frequency) END AS f,
         CASE WHEN monetary > 0 THEN 5 - len(m.list) + cuts_below(m.list, ln(1 + monetary)) ELSE 1 END AS m
  FROM figures_then, (SELECT cuts_of('recency') AS list) AS r, (SELECT cuts_of('frequency') AS list) AS f,
       (SELECT cuts_of('monetary') AS list) AS m
)
SELECT look, client,
       CASE WHEN (r = 5 AND f >= 4 AND m >= 4) OR (r = 4 AND f = 5 AND m = 5) THEN 0
            WHEN r >= 3 AND f >= 4              THEN 1
            WHEN r <= 2 AND f >= 4 AND m >= 4   THEN 8
            WHEN r = 2 AND f >= 3               THEN 7
            WHEN (is_single AND r >= 4) OR (r = 5 AND f <= 2) THEN 3
            WHEN r >= 4 AND f = 3 THEN 2
            WHEN r = 4            THEN 4
            WHEN r = 3 AND f = 3  THEN 5
            WHEN r = 3            THEN 6
            WHEN r = 2            THEN 9
            ELSE 10
       END AS segment
FROM scored;

-- Who was in the same segment at the first and at the last look, and what he ordered in each stretch.
CREATE OR REPLACE TABLE stretches_of_customers AS
WITH members AS (
  SELECT period, ago, last_look, then_.client, then_.segment
  FROM looks JOIN segments_then AS then_ ON then_.look = last_look
       JOIN segments_then AS before ON before.look = first_look AND before.client = then_.client AND before.segment = then_.segment
)
SELECT members.period, members.ago, segment, members.client, earlier, count(order_id) AS orders, avg(amount) AS paid
FROM members JOIN stretches USING (period, ago)
     LEFT JOIN placed_orders ON placed_orders.client = members.client AND moment BETWEEN begins AND ends AND moment <= last_look
GROUP BY ALL;

CREATE OR REPLACE TABLE segment_tests AS
WITH customers_before_after AS (
  SELECT period, 'orders' AS measure, ago, segment, client,
         sum(orders) FILTER (earlier > 0) / 4 AS before, sum(orders) FILTER (earlier = 0) AS after
  FROM stretches_of_customers
  GROUP BY ALL
  UNION ALL
  SELECT period, 'amount', ago, segment, client, avg(paid) FILTER (earlier > 0), avg(paid) FILTER (earlier = 0)
  FROM stretches_of_customers
  GROUP BY ALL
),
compared AS (
  SELECT period, measure, ago, segment, count(*) AS n, avg(before) AS before, avg(after) AS after
  FROM customers_before_after
  WHERE before IS NOT NULL AND after IS NOT NULL
  GROUP BY ALL
)
SELECT now_.period, now_.measure, now_.segment, now_.n, now_.before AS mean_control, now_.after AS mean_validation,
       now_.after - now_.before AS diff, coalesce(earlier.n, 0) AS n_earlier,
       now_.after - now_.before - (earlier.after - earlier.before) AS diff_did
FROM compared AS now_ LEFT JOIN compared AS earlier
     ON earlier.ago = 5 AND (earlier.period, earlier.measure, earlier.segment) = (now_.period, now_.measure, now_.segment)
WHERE now_.ago = 0;

CREATE OR REPLACE MACRO tests_of_uses(of_usage, of_measure, is_accepted) AS TABLE
  SELECT used, mean_control, mean_validation, diff > 0 AS flag, diff, n AS n_control, n AS n_validation, diff_did, n_matched,
         expected, diff_with_use
  FROM usage_tests
  WHERE usage = of_usage AND measure = of_measure AND (diff > 0) = is_accepted
  ORDER BY used;

CREATE OR REPLACE MACRO tests_of_segments(of_period, of_measure) AS TABLE
  SELECT ['champions', 'loyal customers', 'potential loyalist', 'new customers', 'promising', 'need attention', 'about to sleep',
          'at risk', 'can`t lose them', 'hibernating', 'lost'][segment + 1] AS segments,
         mean_control, mean_validation, diff > 0 AS flag, diff, n AS n_control, n AS n_validation, diff_did, n_earlier
  FROM segment_tests
  WHERE period = of_period AND measure = of_measure
  ORDER BY segment;
