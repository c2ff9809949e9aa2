#include "stats/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace ca::stats {
namespace {

/// Mean and variance of 100,000 draws must lie within five standard errors of the distribution's.
void expect_moments(double mean, double variance, double excess_kurtosis,
                    const std::function<double(RandomStream&)>& draw) {
  constexpr double kDraws = 100'000;
  RandomStream random(42, 1);
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < static_cast<int>(kDraws); ++i) {
    const double off = draw(random) - mean;
    sum += off;
    squares += off * off;
  }
  EXPECT_NEAR(sum / kDraws, 0, 5 * std::sqrt(variance / kDraws));
  EXPECT_NEAR(squares / kDraws, variance, 5 * variance * std::sqrt((excess_kurtosis + 2) / kDraws));
}

TEST(RandomStream, DistributionsHaveTheirMoments) {
  expect_moments(.5, 1 / 12.0, -1.2, [](auto& random) { return random.uniform(); });
  expect_moments(0, 1, 0, [](auto& random) { return random.normal(); });
  expect_moments(1, 1, 6, [](auto& random) { return random.exponential(); });
  for (const double shape : {.3, 1.0, 7.5, 1e6}) {
    expect_moments(shape, shape, 6 / shape, [&](auto& random) { return random.gamma(shape); });
  }
  for (const double mean : {.2, 3.0, 9.9, 10.1, 80.0, 1e6}) {
    expect_moments(mean, mean, 1 / mean,
                   [&](auto& random) { return static_cast<double>(random.poisson(mean)); });
  }
  expect_moments(.2, 1 / (6.25 * 3.5), .82, [](auto& random) { return random.beta(.5, 2); });
  expect_moments(5, 20, 6.05,
                 [](auto& random) { return static_cast<double>(random.geometric(.2)); });
}

TEST(RandomStream, EndsOfTheRange) {
  RandomStream random(1, 1);
  EXPECT_EQ(random.poisson(0), 0);
  EXPECT_EQ(random.geometric(1), 1);
  EXPECT_GT(random.geometric(1e-300), 1e17);
  for (int i = 0; i < 1000; ++i) {
    const double share = random.beta(1e-6, 1e-6);
    EXPECT_TRUE(share >= 0 && share <= 1) << share;
    EXPECT_TRUE(std::isfinite(random.gamma(1e-9)));
  }
}

TEST(RandomStream, StreamsDiffer) {
  RandomStream a(1, 1);
  RandomStream b(1, 2);
  RandomStream c(2, 1);
  RandomStream again(1, 1);
  const auto first = a.next();
  EXPECT_EQ(again.next(), first);
  EXPECT_NE(b.next(), first);
  EXPECT_NE(c.next(), first);
}

}  // namespace
}  // namespace ca::stats
