#include "stats/two_samples.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "stats/random.h"

namespace ca::stats {
namespace {

// Welch's example A2 with figures of SciPy 1.17 (ttest_ind, equal_var=False).
const std::vector<double> kFirst = {27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1,
                                    21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4};
const std::vector<double> kSecond = {27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0,
                                     24.8, 20.2, 21.9, 22.1, 22.9, 30.0, 23.9};

TEST(TwoSamples, MomentsAndTheIntervalOfAMean) {
  const Moments moments = moments_of(kFirst);
  EXPECT_EQ(moments.n, 15);
  EXPECT_NEAR(moments.mean, 20.82, 1e-13);
  EXPECT_NEAR(moments.variance.value(), 7.867428571428571, 1e-12);
  const auto interval = mean_interval(moments, 0.05);
  EXPECT_NEAR(interval.value().low, 19.26670165245124, 1e-11);
  EXPECT_NEAR(interval.value().high, 22.373298347548754, 1e-11);
}

TEST(TwoSamples, MomentsOfFewOrEqualValues) {
  EXPECT_EQ(moments_of({}).n, 0);
  EXPECT_FALSE(moments_of(std::vector{3.0}).variance);
  const Moments equal = moments_of(std::vector<double>(1000, 0.1));
  EXPECT_EQ(equal.mean, 0.1);
  EXPECT_EQ(equal.variance, 0.0);
  const Moments shares = moments_of_proportion(3, 8);
  const Moments values = moments_of(std::vector<double>{1, 1, 1, 0, 0, 0, 0, 0});
  EXPECT_NEAR(shares.variance.value(), values.variance.value(), 1e-15);
}

TEST(TwoSamples, WelchAsPublished) {
  const TwoSampleTest test = welch(moments_of(kFirst), moments_of(kSecond), 0.05);
  EXPECT_NEAR(test.statistic.value(), -2.835263800664482, 1e-11);
  EXPECT_NEAR(test.degrees.value(), 27.713625968118762, 1e-10);
  EXPECT_NEAR(test.p_value.value(), 0.008452732437443423, 1e-13);
  EXPECT_NEAR(test.interval.value().low, -4.766445039218351, 1e-10);
  EXPECT_NEAR(test.interval.value().high, -0.7668882941149804, 1e-10);
}

TEST(TwoSamples, WhatHasNoSpreadHasNoTest) {
  const Moments equal = moments_of(std::vector<double>(40, 0.1));
  const TwoSampleTest same = welch(equal, moments_of(std::vector<double>(40, 0.3)), 0.05);
  EXPECT_FALSE(same.p_value);
  EXPECT_FALSE(same.interval);
  EXPECT_FALSE(two_proportions(0, 40, 0, 40, 0.05).p_value);
  const TwoSampleTest all = two_proportions(40, 40, 0, 40, 0.05);
  EXPECT_LT(all.p_value.value(), 1e-15);
  EXPECT_FALSE(all.interval);
}

// Visits and conversions of the e-mail experiment of Hillstrom (2008), men's mail against none.
TEST(TwoSamples, ProportionsOfHillstrom) {
  const TwoSampleTest visit = two_proportions(3894, 21307, 2262, 21306, 0.05);
  EXPECT_NEAR(visit.difference, 0.076590, 5e-7);
  EXPECT_NEAR(visit.statistic.value(), 22.486, 5e-4);
  EXPECT_NEAR(visit.interval.value().low, 0.069954, 5e-7);
  EXPECT_NEAR(visit.interval.value().high, 0.083226, 5e-7);
  const TwoSampleTest conversion = two_proportions(267, 21307, 122, 21306, 0.05);
  EXPECT_NEAR(conversion.difference, 0.006805, 5e-7);
  EXPECT_NEAR(conversion.statistic.value(), 7.385, 5e-4);
}

// SciPy: binomtest(8, 10).proportion_ci(method="wilson").
TEST(TwoSamples, IntervalOfAShare) {
  const Interval most = share_interval(8, 10, 0.05);
  EXPECT_NEAR(most.low, 0.4901624715366418, 1e-12);
  EXPECT_NEAR(most.high, 0.9433178485456248, 1e-12);
  const Interval none = share_interval(0, 20, 0.05);
  EXPECT_EQ(none.low, 0);
  EXPECT_NEAR(none.high, 0.16112515805281935, 1e-12);
}

// The roots of Fieller's quadratic, by numpy.roots.
TEST(TwoSamples, RelativeDifferenceByFieller) {
  const RelativeDifference relative =
      relative_difference(moments_of(kFirst), moments_of(kSecond), 0.05);
  EXPECT_NEAR(relative.value.value(), -0.11729790842283772, 1e-13);
  EXPECT_NEAR(relative.interval.value().low, -0.19180074, 1e-8);
  EXPECT_NEAR(relative.interval.value().high, -0.03756591, 1e-8);
  const Moments around_zero = moments_of(std::vector<double>{-1, 1.5, -2, 2});
  EXPECT_TRUE(relative_difference(moments_of(kFirst), around_zero, 0.05).value);
  EXPECT_FALSE(relative_difference(moments_of(kFirst), around_zero, 0.05).interval);
  EXPECT_FALSE(
      relative_difference(moments_of(kFirst), {.n = 9, .mean = 0, .variance = 1}, 0.05).value);
}

TEST(TwoSamples, EffectThatCanBeFound) {
  EXPECT_NEAR(minimum_detectable_effect(2, 0.05, 0.8), 2 * 2.8015852181129683, 1e-12);
}

struct Calibration {
  double type_one = 0;
  double coverage = 0;
};

/// Shares of false alarms without an effect, and of intervals that hold a true effect of `effect`.
template <class Draw>
Calibration calibrate(int repetitions, int n, double effect, const Draw& draw) {
  int alarms = 0;
  int covers = 0;
  std::vector<double> treated(static_cast<std::size_t>(n));
  std::vector<double> control(static_cast<std::size_t>(n));
  for (int i = 0; i < repetitions; ++i) {
    RandomStream random(20261126, static_cast<std::uint64_t>(i));
    for (double& value : treated) value = draw(random);
    for (double& value : control) value = draw(random);
    Moments moved = moments_of(treated);
    const Moments still = moments_of(control);
    const TwoSampleTest null = welch(moved, still, 0.05);
    alarms += null.p_value && *null.p_value < 0.05;
    moved.mean += effect;
    const TwoSampleTest test = welch(moved, still, 0.05);
    covers += test.interval && test.interval->low <= effect && effect <= test.interval->high;
  }
  return {alarms / double(repetitions), covers / double(repetitions)};
}

// The limits are the promised ones, one point above alpha, and three standard errors of as many
// repetitions.
TEST(TwoSamples, WelchIsCalibrated) {
  const int repetitions = std::getenv("CA_LONG") != nullptr ? 10'000 : 2'000;
  const double slack = 3 * std::sqrt(0.05 * 0.95 / repetitions);
  const auto normal = [](RandomStream& random) { return random.normal(); };
  const auto heavy = [](RandomStream& random) { return std::exp(random.normal()); };
  const auto counts = [](RandomStream& random) {
    return static_cast<double>(random.poisson(random.gamma(1.5)));
  };
  for (const int n : {30, 300}) {
    for (const Calibration& found :
         {calibrate(repetitions, n, 0.5, normal), calibrate(repetitions, n, 0.5, heavy),
          calibrate(repetitions, n, 0.5, counts)}) {
      EXPECT_LT(found.type_one, 0.06 + slack) << n;
      EXPECT_GT(found.type_one, 0.025) << n;
      EXPECT_GT(found.coverage, (n < 300 ? 0.92 : 0.94) - slack) << n;
    }
  }
}

TEST(TwoSamples, ProportionsAreCalibrated) {
  const int repetitions = std::getenv("CA_LONG") != nullptr ? 10'000 : 2'000;
  const double slack = 3 * std::sqrt(0.05 * 0.95 / repetitions);
  for (const int n : {30, 300}) {
    int alarms = 0;
    int covers = 0;
    for (int i = 0; i < repetitions; ++i) {
      RandomStream random(7, static_cast<std::uint64_t>(i));
      std::array<std::int64_t, 3> drawn{};
      constexpr std::array<double, 3> kShares = {0.3, 0.3, 0.45};
      for (std::size_t arm = 0; arm < drawn.size(); ++arm) {
        for (int k = 0; k < n; ++k) drawn[arm] += random.uniform() < kShares[arm];
      }
      const TwoSampleTest null = two_proportions(drawn[1], n, drawn[0], n, 0.05);
      alarms += null.p_value && *null.p_value < 0.05;
      const TwoSampleTest test = two_proportions(drawn[2], n, drawn[0], n, 0.05);
      covers += test.interval && test.interval->low <= 0.15 && 0.15 <= test.interval->high;
    }
    EXPECT_LT(alarms / double(repetitions), 0.06 + slack) << n;
    EXPECT_GT(alarms / double(repetitions), 0.025) << n;
    EXPECT_GT(covers / double(repetitions), (n < 300 ? 0.92 : 0.94) - slack) << n;
  }
}

}  // namespace
}  // namespace ca::stats
