#include "models/value_forecast.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "models/test_purchases.h"

namespace ca::models {
namespace {

const Cancellation kGoOn;

double sum(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

struct Predicted {
  explicit Predicted(const InventedShop& shop, std::int32_t known, std::int32_t length = 90,
                     std::size_t threads = 2)
      : purchases(0, known - 1), pool(threads) {
    invent(shop, purchases);
    competition = compete(purchases.days(), every_buyer(purchases.days()), Day{known - 1}, length,
                          {"past_rate", "bgnbd", "tweedie", "geo(bgnbd,tweedie)"}, {}, pool, kGoOn);
    ForecastOptions options;
    options.length = length;
    forecast = forecast_value(purchases.days(), competition, shop.values, options, pool, kGoOn);
  }
  InventedPurchases purchases;
  ThreadPool pool;
  Competition competition;
  ValueForecast forecast;
};

TEST(ValueForecast, IsNearWhatCameTrueNewcomersIncluded) {
  const InventedShop shop{.buyers = 8'000, .days = 490};
  const Predicted made(shop, 400);
  double truth = 0;
  for (std::size_t i = 0; i < made.purchases.days().day.size(); ++i) {
    if (made.purchases.days().day[i] >= 400) truth += made.purchases.days().amount[i];
  }
  const double expected = sum(made.forecast.expected.value) + sum(made.forecast.newcomers.value);
  EXPECT_NEAR(expected / truth, 1, 0.1);
  EXPECT_NEAR(sum(made.forecast.course), 1, 1e-9);
  for (std::size_t i = 0; i < made.forecast.states.size(); ++i) {
    ASSERT_LE(made.forecast.p10[i], made.forecast.p90[i]);
    ASSERT_GE(made.forecast.p_alive[i], 0);
    ASSERT_LE(made.forecast.p_alive[i], 1);
  }
}

TEST(ValueForecast, EightOfTenDaysLieInTheInterval) {
  // Over several shops, because the days of one share what its models got wrong.
  double inside = 0, days = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Predicted made({.buyers = 3'000, .days = 490, .seed = seed}, 400);
    std::vector<double> actual(90, 0);
    for (std::size_t i = 0; i < made.purchases.days().day.size(); ++i) {
      const std::int32_t day = made.purchases.days().day[i] - 400;
      if (day >= 0 && day < 90) {
        actual[static_cast<std::size_t>(day)] += made.purchases.days().amount[i];
      }
    }
    ASSERT_TRUE(made.forecast.intervals[0]);
    for (std::size_t day = 0; day < 90; ++day) {
      const double expected = sum(made.forecast.expected.value) * made.forecast.course[day] +
                              made.forecast.newcomers.value[day];
      inside += actual[day] >= expected * made.forecast.intervals[0]->low &&
                actual[day] <= expected * made.forecast.intervals[0]->high;
      ++days;
    }
  }
  EXPECT_GT(inside / days, 0.70);
  EXPECT_LT(inside / days, 0.90);
}

TEST(ValueForecast, ExpectedPurchasesAddUpAndStandOneADay) {
  const Predicted made({.r = 4, .alpha = 0.8, .b = 40}, 400, 30);
  std::vector<double> by_day(30, 0);
  for (std::size_t i = 0; i < made.forecast.states.size(); ++i) {
    const auto rows = expected_purchases(made.purchases.days(), made.forecast, i, 1);
    const double orders = made.forecast.expected.orders[i];
    ASSERT_EQ(static_cast<double>(rows.size()), std::clamp(std::round(orders), 1.0, 30.0));
    double value = 0;
    for (std::size_t k = 0; k < rows.size(); ++k) {
      ASSERT_GE(rows[k].day.number, 400);
      ASSERT_LT(rows[k].day.number, 430);
      if (k > 0) {
        ASSERT_GT(rows[k].day.number, rows[k - 1].day.number);
      }
      value += rows[k].value;
      by_day[static_cast<std::size_t>(rows[k].day.number - 400)] += rows[k].value;
    }
    ASSERT_NEAR(value, made.forecast.expected.value[i], 1e-9 * (1 + value));
  }
  // Together they follow the course: no day has half or twice as much as it should.
  for (std::size_t day = 0; day < 30; ++day) {
    const double expected = sum(made.forecast.expected.value) * made.forecast.course[day];
    EXPECT_GT(by_day[day], expected / 2) << day;
    EXPECT_LT(by_day[day], expected * 2) << day;
  }
}

TEST(ValueForecast, ThreadsChangeNothing) {
  const Predicted one({.buyers = 600}, 400, 60, 1), three({.buyers = 600}, 400, 60, 3);
  EXPECT_EQ(one.forecast.expected.value, three.forecast.expected.value);
  EXPECT_EQ(one.forecast.p10, three.forecast.p10);
  EXPECT_EQ(one.forecast.p90, three.forecast.p90);
  EXPECT_EQ(one.forecast.newcomers.value, three.forecast.newcomers.value);
}

}  // namespace
}  // namespace ca::models
