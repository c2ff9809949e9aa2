#include "stats/random.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <utility>
#include <vector>

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
  for (const double success : {.01, .3, .5, .9}) {
    for (const double trials : {5.0, 60.0, 4000.0, 1e9}) {
      const double variance = trials * success * (1 - success);
      expect_moments(
          trials * success, variance, (1 - 6 * success * (1 - success)) / variance,
          [&](auto& random) {
            return static_cast<double>(random.binomial(static_cast<std::int64_t>(trials), success));
          });
    }
  }
  expect_moments(.2, 1 / (6.25 * 3.5), .82, [](auto& random) { return random.beta(.5, 2); });
  expect_moments(5, 20, 6.05,
                 [](auto& random) { return static_cast<double>(random.geometric(.2)); });
}

// Chi-square of 200,000 draws against the probabilities; 5 standard deviations above its mean is
// chance once in some hundred thousand.
TEST(RandomStream, BinomialHasItsProbabilities) {
  constexpr double kDraws = 200'000;
  for (const auto& [trials, success] : {std::pair{12, .4}, std::pair{40, .3}, std::pair{90, .8}}) {
    RandomStream random(42, 2);
    std::vector<double> found(static_cast<std::size_t>(trials) + 1);
    for (int i = 0; i < static_cast<int>(kDraws); ++i) {
      ++found[static_cast<std::size_t>(random.binomial(trials, success))];
    }
    double chi2 = 0;
    double cells = 0;
    for (int k = 0; k <= trials; ++k) {
      const double expected =
          kDraws *
          std::exp(std::lgamma(trials + 1) - std::lgamma(k + 1) - std::lgamma(trials - k + 1) +
                   k * std::log(success) + (trials - k) * std::log1p(-success));
      if (expected < 10) continue;
      const double off = found[static_cast<std::size_t>(k)] - expected;
      chi2 += off * off / expected;
      ++cells;
    }
    EXPECT_LT(chi2, cells + 5 * std::sqrt(2 * cells)) << trials;
    EXPECT_GT(cells, 8);
  }
}

TEST(RandomStream, EndsOfTheRange) {
  RandomStream random(1, 1);
  EXPECT_EQ(random.poisson(0), 0);
  EXPECT_EQ(random.geometric(1), 1);
  EXPECT_EQ(random.binomial(0, .5), 0);
  EXPECT_EQ(random.binomial(7, 0), 0);
  EXPECT_EQ(random.binomial(7, 1), 7);
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
