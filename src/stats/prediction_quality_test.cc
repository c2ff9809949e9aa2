#include "stats/prediction_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace ca::stats {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kSmall = 1e-13;

struct Customers {
  std::vector<double> actual;
  std::vector<double> predicted;
};

/// A third of a thousand customers buy nothing; predictions have some twenty customers a value.
Customers thousand() {
  Customers customers;
  for (int i = 0; i < 1000; ++i) {
    const int noise = (i * i % 1009 * 7919) % 1009;
    customers.actual.push_back(i % 3 == 0 ? 0 : noise / 8.0);
    const int score = (noise + (i * 613) % 997) / 50;
    customers.predicted.push_back(score / 4.0);
  }
  return customers;
}

const Customers kSix = {{0, 5, 10, 0, 2.5, 7}, {1, 2, 2, .5, .5, 3}};

// Expected figures: the Python definitions (numpy, scipy) on the same numbers.
TEST(PredictionQuality, ThousandCustomersAsTheDefinitionsSay) {
  const auto [actual, predicted] = thousand();
  EXPECT_NEAR(gini(actual, predicted).value(), 0.219418044516979, kSmall);
  EXPECT_NEAR(normalised_gini(actual, predicted).value(), 0.400588656207652, kSmall);
  EXPECT_NEAR(top_capture(actual, predicted).value(), 0.161840905268027, kSmall);
  EXPECT_NEAR(top_capture(actual, predicted, .35).value(), 0.490750268079604, kSmall);
  EXPECT_NEAR(spearman_random_ties(actual, predicted).value(), 0.312293943613207, kSmall);
  EXPECT_NEAR(mean_absolute_error(actual, predicted).value(), 40.636, kSmall);
  EXPECT_NEAR(root_mean_squared_error(actual, predicted).value(), 55.3327383878658, 1e-12);
  EXPECT_NEAR(bias(actual, predicted).value(), -0.884384757309112, kSmall);

  const auto bands = decile_calibration(actual, predicted);
  ASSERT_EQ(bands.size(), 10U);
  EXPECT_NEAR(bands[0].mean_predicted, 8.305, kSmall);
  EXPECT_NEAR(bands[0].mean_actual, 68.41986111111112, 1e-12);
  EXPECT_NEAR(bands[4].mean_actual, 45.165409482758626, 1e-12);
  EXPECT_NEAR(bands[9].mean_predicted, 1.37, kSmall);
  EXPECT_NEAR(bands[9].mean_actual, 11.925301724137933, 1e-12);
  for (const auto& band : bands) EXPECT_EQ(band.customers, 100U);
}

TEST(PredictionQuality, SixCustomersWithTies) {
  const auto& [actual, predicted] = kSix;
  EXPECT_THAT(tie_mean(actual, predicted),
              ElementsAre(DoubleEq(7), DoubleEq(7.5), DoubleEq(7.5), DoubleEq(0), DoubleEq(1.25),
                          DoubleEq(1.25)));
  EXPECT_NEAR(gini(actual, predicted).value(), 0.374149659863946, kSmall);
  EXPECT_NEAR(normalised_gini(actual, predicted).value(), 0.748299319727891, kSmall);
  EXPECT_EQ(top_capture(actual, predicted).value(), 0);  // floor(0.6) customers
  EXPECT_NEAR(top_capture(actual, predicted, .35).value(), 0.591836734693878, kSmall);
  EXPECT_NEAR(spearman_random_ties(actual, predicted).value(), 0.739208070456872, kSmall);
  EXPECT_NEAR(root_mean_squared_error(actual, predicted).value(), 3.96337398353137, kSmall);
  EXPECT_EQ(decile_calibration(actual, predicted).size(), 6U);
}

TEST(PredictionQuality, AnOrderOfRowsChangesNoByte) {
  auto [actual, predicted] = thousand();
  for (double& value : actual) value *= 0.1;
  Customers turned{actual, predicted};
  std::reverse(turned.actual.begin(), turned.actual.end());
  std::reverse(turned.predicted.begin(), turned.predicted.end());
  EXPECT_EQ(gini(actual, predicted), gini(turned.actual, turned.predicted));
  EXPECT_EQ(top_capture(actual, predicted), top_capture(turned.actual, turned.predicted));
  EXPECT_EQ(spearman_random_ties(actual, predicted),
            spearman_random_ties(turned.actual, turned.predicted));
  EXPECT_EQ(root_mean_squared_error(actual, predicted),
            root_mean_squared_error(turned.actual, turned.predicted));
  EXPECT_EQ(bias(actual, predicted), bias(turned.actual, turned.predicted));
}

TEST(PredictionQuality, APerfectOrderIsOneAndTheWorstMinusOne) {
  const std::vector<double> actual = {1, 2, 3, 4};
  const std::vector<double> reversed = {4, 3, 2, 1};
  EXPECT_NEAR(normalised_gini(actual, actual).value(), 1, kSmall);
  EXPECT_NEAR(normalised_gini(actual, reversed).value(), -1, kSmall);
  EXPECT_NEAR(spearman_random_ties(actual, reversed).value(), -1, kSmall);
}

TEST(PredictionQuality, WhatCannotBeDividedIsUndefined) {
  const std::vector<double> zero = {0, 0, 0};
  const std::vector<double> same = {2, 2, 2};
  const std::vector<double> some = {1, 2, 3};
  EXPECT_FALSE(gini(zero, some));
  EXPECT_FALSE(normalised_gini(zero, some));
  EXPECT_FALSE(top_capture(zero, some));
  EXPECT_FALSE(spearman_random_ties(zero, some));
  EXPECT_FALSE(bias(zero, some));
  EXPECT_FALSE(normalised_gini(same, some));
  EXPECT_FALSE(spearman_random_ties(same, some));
  EXPECT_EQ(spearman_random_ties(some, same), 0);
  EXPECT_NEAR(normalised_gini(some, same).value(), 0, kSmall);
  EXPECT_EQ(mean_absolute_error(zero, zero), 0);
  EXPECT_EQ(root_mean_squared_error(zero, zero), 0);
}

TEST(PredictionQuality, TooFewDifferentOrInfiniteValuesAreUndefined) {
  const std::vector<double> none;
  const std::vector<double> one = {5};
  const std::vector<double> two = {5, 6};
  const std::vector<double> odd = {5, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_FALSE(gini(none, none));
  EXPECT_FALSE(mean_absolute_error(none, none));
  EXPECT_THAT(decile_calibration(none, none), IsEmpty());
  EXPECT_FALSE(gini(one, one));
  EXPECT_FALSE(top_capture(one, one));
  EXPECT_FALSE(spearman_random_ties(one, one));
  EXPECT_EQ(mean_absolute_error(one, one), 0);
  EXPECT_FALSE(gini(two, one));
  EXPECT_FALSE(gini(two, odd));
  EXPECT_FALSE(bias(odd, two));
  EXPECT_FALSE(root_mean_squared_error(two, odd));
  EXPECT_THAT(tie_mean(odd, two), IsEmpty());
}

TEST(PredictionQuality, AmountsOfAnySizeAreSummed) {
  const std::vector<double> tiny = {0, 1e-30, 3e-30, 2e-30};
  const std::vector<double> huge = {0, 1e300, 3e300, 2e300};
  const std::vector<double> predicted = {1, 2, 4, 3};
  EXPECT_NEAR(normalised_gini(tiny, predicted).value(), 1, kSmall);
  EXPECT_NEAR(normalised_gini(huge, predicted).value(), 1, kSmall);
  EXPECT_NEAR(root_mean_squared_error(huge, predicted).value(), 1.8708286933869707e300, 1e286);
}

}  // namespace
}  // namespace ca::stats
