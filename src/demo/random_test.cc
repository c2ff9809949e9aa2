#include "demo/random.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

namespace ca::demo {
namespace {

/// Expects mean and variance of a distribution, each within four standard errors. `fourth` is the
/// fourth central moment over the squared variance.
void expect_moments(const std::function<double(Random&)>& draw, double mean, double variance,
                    double fourth) {
  constexpr int kDraws = 200'000;
  Random random(7, Purpose::kLife, 0);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double centred = draw(random) - mean;
    sum += centred;
    squares += centred * centred;
  }
  EXPECT_NEAR(sum / kDraws, 0, 4 * std::sqrt(variance / kDraws));
  EXPECT_NEAR(squares / kDraws, variance, 4 * variance * std::sqrt((fourth - 1) / kDraws));
}

TEST(Random, UniformHasItsMoments) {
  expect_moments([](Random& random) { return random.uniform(); }, 0.5, 1.0 / 12, 1.8);
}

TEST(Random, ExponentialHasItsMoments) {
  expect_moments([](Random& random) { return random.exponential(3); }, 3, 9, 9);
}

TEST(Random, NormalHasItsMoments) {
  expect_moments([](Random& random) { return random.normal(); }, 0, 1, 3);
}

TEST(Random, GammaHasItsMomentsAboveAndBelowOne) {
  for (const double shape : {0.4, 1.0, 6.0}) {
    expect_moments([shape](Random& random) { return random.gamma(shape, 2); }, 2 * shape, 4 * shape,
                   3 + 6 / shape);
  }
}

TEST(Random, BetaHasItsMoments) {
  const double a = 0.7;
  const double b = 3.2;
  const double n = a + b;
  const double excess =
      6 * ((a - b) * (a - b) * (n + 1) - a * b * (n + 2)) / (a * b * (n + 2) * (n + 3));
  expect_moments([&](Random& random) { return random.beta(a, b); }, a / n,
                 a * b / (n * n * (n + 1)), 3 + excess);
}

TEST(Random, StreamsDifferByEachPartOfTheirName) {
  const std::uint64_t first = Random(1, Purpose::kLife, 1).bits();
  EXPECT_EQ(Random(1, Purpose::kLife, 1).bits(), first);
  EXPECT_NE(Random(2, Purpose::kLife, 1).bits(), first);
  EXPECT_NE(Random(1, Purpose::kHome, 1).bits(), first);
  EXPECT_NE(Random(1, Purpose::kLife, 2).bits(), first);
}

TEST(Random, BelowReachesEachNumberAndNoOther) {
  Random random(3, Purpose::kDirt, 0);
  std::array<int, 5> seen{};
  for (int i = 0; i < 1000; ++i) ++seen.at(random.below(5));
  for (const int times : seen) EXPECT_GT(times, 100);
}

}  // namespace
}  // namespace ca::demo
