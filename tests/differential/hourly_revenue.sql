SELECT hours.hour AS hourly,
       coalesce(fsum(amount) FILTER (WHERE purchased), 0) AS payment_amount
FROM hours LEFT JOIN population_sessions ON hours.hour = hour("start")
GROUP BY hours.hour
ORDER BY hours.hour;
