#include "models/prediction_score.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "models/test_purchases.h"

namespace ca::models {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

// Four customers: 4 were expected of all together 10; 8 came.
const Expected kExpected{.orders = {2, 1, 1, 0}, .value = {6, 2, 1, 1}, .p_alive = {}};
const Outcomes kOutcomes{.orders = {1, 2, 0, 0}, .value = {4, 4, 0, 0}};
const std::vector<double> kDailyExpected = {5, 5};
const std::vector<double> kDailyActual = {8, 0};

TEST(Score, ByHand) {
  const PredictionQuality quality = judge(kExpected, kDailyExpected, kOutcomes, kDailyActual);
  EXPECT_EQ(quality.orders_predicted, 4);
  EXPECT_EQ(quality.orders_actual, 3);
  EXPECT_DOUBLE_EQ(quality.orders_mae.value(), 0.75);
  EXPECT_DOUBLE_EQ(quality.orders_rmse.value(), std::sqrt(0.75));
  EXPECT_DOUBLE_EQ(quality.value_mae.value(), (2 + 2 + 1 + 1) / 4.0);
  EXPECT_DOUBLE_EQ(quality.bias.value(), 0.25);
  EXPECT_DOUBLE_EQ(quality.normalised_gini.value(), 1) << "the best two are first";
  EXPECT_DOUBLE_EQ(quality.daily_error.value(), (3 + 5) / 8.0);
  // The mean error is 1.5 of a mean value of 2.
  EXPECT_NEAR(quality.score().value(), (1 - 1) + (std::log(1.25) + 0.75 + 1) / 4, 1e-12);
}

TEST(Score, TwiceAsMuchIsAsWrongAsHalf) {
  const auto with_bias = [](double factor) {
    PredictionQuality quality = judge(kExpected, kDailyExpected, kOutcomes, kDailyActual);
    quality.bias = factor - 1;
    return quality.score().value();
  };
  EXPECT_DOUBLE_EQ(with_bias(2), with_bias(0.5));
  EXPECT_GT(with_bias(3), with_bias(2));
  EXPECT_TRUE(std::isfinite(with_bias(0))) << "nothing expected at all";
}

TEST(Score, IsMissingWhereNobodyBought) {
  const Outcomes nothing{.orders = {0, 0, 0, 0}, .value = {0, 0, 0, 0}};
  const std::vector<double> no_days = {0, 0};
  const PredictionQuality quality = judge(kExpected, kDailyExpected, nothing, no_days);
  EXPECT_FALSE(quality.bias);
  EXPECT_FALSE(quality.daily_error);
  EXPECT_FALSE(quality.score());
}

// 1970-01-01, day 0, was a Thursday; 4 a Monday.
TEST(WeekdayShares, AreOfTheLastEightWeeks) {
  InventedPurchases purchases(4, 100);
  purchases.add({{4, 1'000}, {5, 1'000}});  // long ago
  InventedPurchases::Purchases mondays;
  for (std::int32_t week = 4; week < 12; ++week) mondays.emplace_back(4 + 7 * week, 30.0);
  purchases.add(mondays);
  purchases.add({{4 + 7 * 11 + 6, 80}});  // a Sunday
  const Day origin{4 + 7 * 12 - 1};       // which is the origin
  const WeekdayShares shares = weekday_shares(purchases.days(), origin);
  EXPECT_DOUBLE_EQ(shares[0], 7 * 240.0 / 320);
  EXPECT_DOUBLE_EQ(shares[6], 7 * 80.0 / 320);
  EXPECT_DOUBLE_EQ(std::accumulate(shares.begin(), shares.end(), 0.0), 7);
  EXPECT_THAT(weekday_shares(purchases.days(), Day{9}), Each(1)) << "less than a week";
}

TEST(WeekdayShares, BendACourseThatAddsUpToOne) {
  WeekdayShares shares;
  shares.fill(0);
  shares[0] = 4;
  shares[1] = 3;
  // Saturday, Sunday, Monday, Tuesday.
  EXPECT_THAT(bend({0.25, 0.25, 0.25, 0.25}, shares, Day{4 - 3}),
              ElementsAre(0, 0, ::testing::DoubleEq(4.0 / 7), ::testing::DoubleEq(3.0 / 7)));
  EXPECT_THAT(bend({0.5, 0.5}, shares, Day{4 - 3}), ElementsAre(0.5, 0.5))
      << "evenly where nothing is ever bought on these days";
}

TEST(DailyValue, AddsUpWhatTheseBuyersPay) {
  InventedPurchases purchases(0, 30);
  purchases.add({{5, 1}, {11, 2}, {12, 4}, {13, 8}});
  purchases.add({{9, 1}, {12, 16}});
  purchases.add({{12, 999}});  // not known at the origin
  const PurchaseDays& days = purchases.days();
  const BuyerStates states = states_at(days, every_buyer(days), Day{10});
  EXPECT_THAT(daily_value(days, states, 3), ElementsAre(2, 20, 8));
}

}  // namespace
}  // namespace ca::models
