#include "stats/bootstrap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "stats/random.h"

namespace ca::stats {
namespace {

std::vector<double> drawn(std::size_t n, const std::function<double(RandomStream&)>& draw,
                          std::uint64_t seed = 1) {
  RandomStream random(seed, 5);
  std::vector<double> values(n);
  for (double& value : values) value = draw(random);
  std::ranges::sort(values);
  return values;
}

TEST(AcceptedShare, FallsAsTheEffectGrows) {
  double last = 1.1;
  for (const double effect : {0.0, 0.15, 0.3, 0.6}) {
    const auto values =
        drawn(400, [&](auto& random) { return std::round(4 * (random.normal() + effect)) / 4; });
    const double share = accepted_share(values, {}, 1).value();
    EXPECT_LT(share, last) << effect;
    last = share;
  }
  EXPECT_LT(last, 0.01);
}

// A resample of m differences with mean d has t around d sqrt(m) / s. At 2.5 of its standard errors
// the tests at 0.05 and 0.01 accept in 29.4 and 53.0 of 100 (normal: P(|z + 2.5| < 1.96), 2.576).
TEST(AcceptedShare, IsThePowerOfAResample) {
  std::vector<double> values = drawn(3000, [](auto& random) { return random.normal(); });
  double mean = 0;
  for (const double value : values) mean += value / 3000;
  for (double& value : values) value += 2.5 / std::sqrt(900.0) - mean;
  const Resampling many{.resamples = 4000, .ratio = 0.3, .alphas = {0.05, 0.01}};
  EXPECT_NEAR(accepted_share(values, many, 1).value(), (0.294 + 0.530) / 2, 0.03);
}

// What is drawn by values or by bins must be as often accepted as what is drawn one by one. Both
// have standard errors below 0.01; effects put the share where it is most easily moved.
TEST(AcceptedShare, BinsAgreeWithSingleDraws) {
  const std::vector<std::function<double(RandomStream&)>> kinds = {
      [](auto& random) { return random.normal(); },
      [](auto& random) {
        return random.happens(0.2) ? std::exp(1.5 * random.normal()) - std::exp(1.125) : 0.0;
      },
      [](auto& random) { return static_cast<double>(random.poisson(0.3) - random.poisson(0.3)); },
  };
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    auto values = drawn(20'000, kinds[kind]);
    double mean = 0;
    double squares = 0;
    for (const double value : values) mean += value / 20'000;
    for (const double value : values) squares += (value - mean) * (value - mean) / 20'000;
    const double shift = 2 * std::sqrt(squares / 6000) - mean;
    for (double& value : values) value += shift;
    const Resampling how{.resamples = 3000, .ratio = 0.3, .alphas = {0.05, 0.01}};
    const double binned = accepted_share(values, how, 1).value();
    // The same by hand, one by one.
    RandomStream random(9, 9);
    int accepted = 0;
    for (int i = 0; i < how.resamples; ++i) {
      double sum = 0;
      double sum_of_squares = 0;
      for (int k = 0; k < 6000; ++k) {
        const double value = values[random.below(20'000)];
        sum += value;
        sum_of_squares += value * value;
      }
      const double error = std::sqrt((sum_of_squares - sum * sum / 6000) / 5999 * 6000);
      accepted += std::abs(sum) <= 1.960 * error;
      accepted += std::abs(sum) <= 2.577 * error;
    }
    EXPECT_NEAR(binned, accepted / 6000.0, 0.03) << kind;
    EXPECT_GT(binned, 0.2);
    EXPECT_LT(binned, 0.8);
  }
}

TEST(AcceptedShare, WithoutSpread) {
  EXPECT_EQ(accepted_share(std::vector<double>(50, 0.0), {}, 1).value(), 1);
  EXPECT_EQ(accepted_share(std::vector<double>(50, 0.1), {}, 1).value(), 0);
  EXPECT_EQ(accepted_share(std::vector<double>(50'000, 0.0), {}, 1).value(), 1);
  EXPECT_EQ(accepted_share(std::vector<double>(50'000, 0.1), {}, 1).value(), 0);
}

TEST(AcceptedShare, NeedsTwoDifferencesAndRepeats) {
  EXPECT_FALSE(accepted_share({}, {}, 1));
  EXPECT_FALSE(accepted_share(std::vector{1.0}, {}, 1));
  EXPECT_TRUE(accepted_share(std::vector{-1.0, 1.0}, {}, 1));
  const auto values = drawn(100, [](auto& random) { return random.normal() + 0.2; });
  EXPECT_EQ(accepted_share(values, {}, 4), accepted_share(values, {}, 4));
  const double share = accepted_share(values, {}, 4).value();
  EXPECT_NEAR(share * 200, std::round(share * 200), 1e-9);
}

}  // namespace
}  // namespace ca::stats
