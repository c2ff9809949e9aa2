#include "stats/overlapping_samples.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "stats/period_change.h"

namespace ca::stats {
namespace {

// The example of Derrick, Toher & White (2017): eight alone in each sample, then eight pairs.
const std::vector<double> kFirst = {20, 21, 16, 18, 14, 12, 14, 17, 14, 15, 18, 20, 11, 19, 14, 15};
const std::vector<double> kSecond = {10, 16, 18, 16, 15, 14, 13, 10,
                                     15, 10, 15, 17, 13, 19, 12, 13};

std::span<const double> last(const std::vector<double>& values, std::size_t count) {
  return std::span(values).last(count);
}

TwoSampleTest with_overlap(const std::vector<double>& treated, const std::vector<double>& control,
                           std::size_t both) {
  const Moments first = moments_of(treated);
  const Moments second = moments_of(control);
  return overlapping(first, second,
                     overlap_of(last(treated, both), last(control, both), first.mean, second.mean),
                     0.05);
}

// By numpy and SciPy. With the paper's r s1 s2 it would be t = 2.4191, p = 0.0261, with the same
// degrees of freedom; the paper's p for equal variances is 0.026.
TEST(OverlappingSamples, ExampleOfDerrickToherAndWhite) {
  const TwoSampleTest test = with_overlap(kFirst, kSecond, 8);
  EXPECT_EQ(test.difference, 2);
  EXPECT_NEAR(test.standard_error.value(), 0.8347903928532, 1e-12);
  EXPECT_NEAR(test.statistic.value(), 2.3958109929419193, 1e-12);
  EXPECT_NEAR(test.degrees.value(), 18.422332269264114, 1e-11);
  EXPECT_NEAR(test.p_value.value(), 0.02739131351990992, 1e-13);
  EXPECT_NEAR(test.interval.value().low, 2 - 1.7509519839972472, 1e-11);
}

TEST(OverlappingSamples, WithoutOverlapItIsWelch) {
  const TwoSampleTest test = with_overlap(kFirst, kSecond, 0);
  const TwoSampleTest apart = welch(moments_of(kFirst), moments_of(kSecond), 0.05);
  EXPECT_EQ(test.p_value, apart.p_value);
  EXPECT_EQ(test.interval, apart.interval);
  EXPECT_EQ(test.degrees, apart.degrees);
}

TEST(OverlappingSamples, WithFullOverlapItIsThePairedT) {
  const TwoSampleTest test = with_overlap(kFirst, kSecond, 16);
  std::vector<Periods> units;
  for (std::size_t i = 0; i < 16; ++i)
    units.push_back({.after = kFirst[i], .before = {kSecond[i]}});
  const PeriodChange paired = change_of(units, false, 0.05, 1);
  EXPECT_NEAR(test.standard_error.value(), paired.standard_error.value(), 1e-14);
  EXPECT_NEAR(test.statistic.value(), paired.statistic.value(), 1e-12);
  EXPECT_EQ(test.degrees.value(), 15);
  EXPECT_NEAR(test.interval.value().high, paired.interval.value().high, 1e-12);
}

TEST(OverlappingSamples, WhatHasNoSpreadHasNoTest) {
  const std::vector<double> values = {1, 2, 4, 8};
  const std::vector<double> more = {1.3, 2.3, 4.3, 8.3};
  EXPECT_FALSE(with_overlap(more, values, 4).p_value) << "they differ by a constant";
  EXPECT_TRUE(with_overlap(more, values, 3).p_value);
  EXPECT_FALSE(with_overlap({1, 1, 1}, {2, 2, 2}, 2).p_value);
  EXPECT_FALSE(with_overlap({1}, {2, 3}, 1).p_value);
}

}  // namespace
}  // namespace ca::stats
