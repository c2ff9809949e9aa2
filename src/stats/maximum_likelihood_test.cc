#include "stats/maximum_likelihood.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ca::stats {
namespace {

/// A hill at (1, -2) with the standard errors .5 and 2, not quadratic.
double hill(std::span<const double> theta, std::span<double> gradient) {
  const double x = theta[0] - 1;
  const double y = (theta[1] + 2) / 4;
  gradient[0] = -4 * std::sinh(x);
  gradient[1] = -std::sinh(y);
  return -4 * std::cosh(x) - 4 * std::cosh(y);
}

TEST(MaximumLikelihood, FindsTheTopAndItsCurvature) {
  const auto start = climb(hill, {8, 8});
  EXPECT_THAT(start,
              testing::ElementsAre(testing::DoubleNear(1, .01), testing::DoubleNear(-2, .1)));
  for (const std::vector<double>& from : {start, {8, 8}, {-5, 12}}) {
    const auto maximum = refine(hill, from);
    EXPECT_TRUE(maximum.is_converged);
    EXPECT_TRUE(maximum.is_determined());
    EXPECT_NEAR(maximum.theta[0], 1, 1e-5);
    EXPECT_NEAR(maximum.theta[1], -2, 1e-5);
    EXPECT_NEAR(maximum.value, -8, 1e-9);
    EXPECT_NEAR(maximum.standard_errors[0], .5, 1e-5);
    EXPECT_NEAR(maximum.standard_errors[1], 2, 1e-5);
  }
}

// Only the sum of the two is determined.
double ridge(std::span<const double> theta, std::span<double> gradient) {
  const double off = theta[0] + theta[1] - 3;
  gradient[0] = gradient[1] = -1000 * off;
  return -500 * off * off;
}

TEST(MaximumLikelihood, WhatIsFlatIsNotDeterminedButForAPrior) {
  EXPECT_FALSE(refine(ridge, climb(ridge, {4, 4})).is_determined());
  const WeakPrior prior({1, 1}, 1);
  const LogLikelihood held = [&](std::span<const double> theta, std::span<double> gradient) {
    const double value = ridge(theta, gradient);
    return value + prior.add(theta, gradient);
  };
  const auto maximum = refine(held, climb(held, {4, 4}));
  EXPECT_TRUE(maximum.is_determined());
  EXPECT_NEAR(maximum.theta[0], 1.5, 1e-3);
  EXPECT_NEAR(maximum.theta[1], 1.5, 1e-3);
}

TEST(MaximumLikelihood, ARiseWithoutEndStopsAtTheRange) {
  const LogLikelihood rising = [](std::span<const double> theta, std::span<double> gradient) {
    gradient[0] = std::exp(-theta[0]);
    return -std::exp(-theta[0]);
  };
  const auto maximum = refine(rising, climb(rising, {0}));
  EXPECT_FALSE(maximum.is_determined());
  EXPECT_LE(maximum.theta[0], kWidest);
}

}  // namespace
}  // namespace ca::stats
