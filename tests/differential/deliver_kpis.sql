SELECT sum(micros) FILTER (leg = 'deliver') / count(*) FILTER (leg = 'deliver') / 60000000 AS deliver,
       sum(micros) FILTER (leg = 'prepare') / count(*) FILTER (leg = 'prepare') / 60000000 AS prepare,
       sum(micros) FILTER (leg = 'ride') / count(*) FILTER (leg = 'ride') / 60000000 AS ride,
       sum(micros) FILTER (leg = 'returns') / count(*) FILTER (leg = 'returns') / 60000000 AS returns,
       (SELECT count(DISTINCT geohash) FROM population_deliveries) AS total_locations,
       quantile_cont(micros::DOUBLE, 0.5) FILTER (leg = 'deliver') / 60000000 AS deliver_median,
       quantile_cont(micros::DOUBLE, 0.9) FILTER (leg = 'deliver') / 60000000 AS deliver_p90,
       quantile_cont(micros::DOUBLE, 0.5) FILTER (leg = 'prepare') / 60000000 AS prepare_median,
       quantile_cont(micros::DOUBLE, 0.9) FILTER (leg = 'prepare') / 60000000 AS prepare_p90,
       quantile_cont(micros::DOUBLE, 0.5) FILTER (leg = 'ride') / 60000000 AS ride_median,
       quantile_cont(micros::DOUBLE, 0.9) FILTER (leg = 'ride') / 60000000 AS ride_p90,
       quantile_cont(micros::DOUBLE, 0.5) FILTER (leg = 'returns') / 60000000 AS returns_median,
       quantile_cont(micros::DOUBLE, 0.9) FILTER (leg = 'returns') / 60000000 AS returns_p90
FROM population_legs;
