-- Ruling 35. A day beside the mean of the same weekday in the four weeks before it.
WITH counted AS (
  SELECT bucket AS daily, is_partial, count(*) FILTER (WHERE purchased) AS orders
  FROM axis LEFT JOIN population_sessions ON bucket = date_trunc('day', "start")
  WHERE period = 'daily'
  GROUP BY bucket, is_partial
),
days AS (
  SELECT *, row_number() OVER by_day AS number, count(*) OVER () AS axis_days,
         (lag(orders, 7) OVER by_day + lag(orders, 14) OVER by_day + lag(orders, 21) OVER by_day
          + lag(orders, 28) OVER by_day)::BIGINT AS earlier
  FROM counted
  WINDOW by_day AS (ORDER BY daily)
),
compared AS (
  SELECT daily, orders, earlier, earlier / 4 AS expected,
         CASE WHEN earlier > 0 THEN 100 * (orders - earlier / 4) / (earlier / 4) END AS diff_perc
  FROM days
  WHERE axis_days >= 42 AND number > 28 AND NOT is_partial
),
centre AS (SELECT median(diff_perc) AS middle FROM compared),
spread AS (
  SELECT middle, median(abs(diff_perc - middle)) AS mad FROM compared, centre GROUP BY middle
),
chances AS (
  SELECT compared.*, orders + earlier AS trials,
         list_transform(range(0, orders + earlier + 1),
                        lambda k: exp(lgamma(orders + earlier + 1) - lgamma(k + 1)
                                      - lgamma(orders + earlier - k + 1)
                                      + k * ln(0.2) + (orders + earlier - k) * ln(0.8))) AS mass
  FROM compared
),
judged AS (
  SELECT chances.*, middle,
         CASE WHEN mad > 0 THEN abs(diff_perc - middle) / (1.4826 * mad) END AS z,
         CASE WHEN expected < 30
              THEN least(1, 2 * least(list_sum(mass[1:orders + 1]), list_sum(mass[orders + 1:]))) END AS p_value
  FROM chances, spread
)
SELECT diff_perc, daily,
       CASE WHEN coalesce(z > 3 AND (p_value IS NULL OR p_value < 0.01), false)
            THEN CASE WHEN diff_perc < middle THEN 'decrease' ELSE 'increase' END
            ELSE 'no change' END AS anomalities,
       orders, expected, z, p_value
FROM judged
ORDER BY daily;
