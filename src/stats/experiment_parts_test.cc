// What an experiment needs beside its tests: many tests at once, sizes of arms, a covariate, looks
// at any time.

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "stats/cuped.h"
#include "stats/multiple_testing.h"
#include "stats/random.h"
#include "stats/sample_ratio.h"
#include "stats/sequential.h"

namespace ca::stats {
namespace {

// SciPy 1.17: false_discovery_control.
TEST(MultipleTesting, QValues) {
  const std::vector<std::optional<double>> p = {0.205, 0.001, {}, 0.042, 0.008, 0.06, 0.039, 0.041};
  const auto q = benjamini_hochberg(p);
  const std::vector<double> expected = {0.205, 0.007, -1, 0.0588, 0.028, 0.07, 0.0588, 0.0588};
  ASSERT_EQ(q.size(), p.size());
  for (std::size_t i = 0; i < q.size(); ++i) {
    ASSERT_EQ(q[i].has_value(), p[i].has_value()) << i;
    EXPECT_NEAR(q[i].value_or(-1), expected[i], 1e-12) << i;
  }
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

TEST(MultipleTesting, HoldsTheShareOfFalseDiscoveries) {
  const int repetitions = std::getenv("CA_LONG") != nullptr ? 10'000 : 1'000;
  double shares = 0;
  for (int i = 0; i < repetitions; ++i) {
    RandomStream random(3, static_cast<std::uint64_t>(i));
    std::vector<std::optional<double>> p;
    for (int k = 0; k < 50; ++k) {
      const double z = random.normal() + (k < 10 ? 3 : 0);
      p.emplace_back(std::erfc(std::abs(z) / std::sqrt(2.0)));
    }
    const auto q = benjamini_hochberg(p);
    int found = 0;
    int wrong = 0;
    for (std::size_t k = 0; k < q.size(); ++k) {
      found += *q[k] <= 0.1;
      wrong += *q[k] <= 0.1 && k >= 10;
    }
    if (found > 0) shares += static_cast<double>(wrong) / found;
  }
  // Expected: 0.1 x 40 / 50.
  EXPECT_NEAR(shares / repetitions, 0.08, 0.015);
}

// SciPy: chisquare.
TEST(SampleRatio, AgainstEqualShares) {
  const auto two = equal_sample_ratio(std::array<std::int64_t, 2>{5100, 4900});
  EXPECT_NEAR(two.value().chi2, 4.0, 1e-12);
  EXPECT_NEAR(two.value().p_value, 0.04550026389635857, 1e-13);
  const auto three = equal_sample_ratio(std::array<std::int64_t, 3>{100, 120, 90});
  EXPECT_NEAR(three.value().chi2, 4.516129032258065, 1e-12);
  EXPECT_NEAR(three.value().p_value, 0.10455264901465708, 1e-13);
  EXPECT_FALSE(equal_sample_ratio(std::array<std::int64_t, 1>{5}));
}

struct Arms {
  std::vector<double> x1, y1, x0, y0;
  WithCovariate treated() const { return {y1, x1}; }
  WithCovariate control() const { return {y0, x0}; }
};

/// Values of variance 1 that a covariate explains to slope^2.
Arms draw_arms(std::uint64_t stream, int n, double slope, double effect) {
  RandomStream random(11, stream);
  Arms arms;
  const double rest = std::sqrt(1 - slope * slope);
  for (int i = 0; i < n; ++i) {
    arms.x1.push_back(random.normal());
    arms.y1.push_back(slope * arms.x1.back() + rest * random.normal() + effect);
    arms.x0.push_back(random.normal());
    arms.y0.push_back(slope * arms.x0.back() + rest * random.normal());
  }
  return arms;
}

TEST(Cuped, SavesWhatTheCovariateExplains) {
  const Arms arms = draw_arms(1, 20'000, 0.8, 0.1);
  const Cuped found = cuped(arms.treated(), arms.control(), 0.05).value();
  EXPECT_NEAR(found.theta, 0.8, 0.02);
  EXPECT_NEAR(found.variance_saved, 0.64, 0.02);
  EXPECT_TRUE(found.does_help);
  EXPECT_NEAR(found.test.difference, 0.1, 4 * 0.006);
  const Arms idle = draw_arms(2, 20'000, 0, 0.1);
  EXPECT_FALSE(cuped(idle.treated(), idle.control(), 0.05).value().does_help);
}

TEST(Cuped, ALargeEffectDoesNotBendTheSlope) {
  const Arms arms = draw_arms(3, 5'000, 0.5, 100);
  EXPECT_NEAR(cuped(arms.treated(), arms.control(), 0.05).value().theta, 0.5, 0.04);
}

TEST(Cuped, NeedsACovariateThatVaries) {
  Arms arms = draw_arms(4, 50, 0.5, 0);
  arms.x1.assign(50, 2);
  arms.x0.assign(50, 1);
  EXPECT_FALSE(cuped(arms.treated(), arms.control(), 0.05));
}

TEST(Cuped, IsCalibrated) {
  const int repetitions = std::getenv("CA_LONG") != nullptr ? 10'000 : 2'000;
  int alarms = 0;
  int covers = 0;
  for (int i = 0; i < repetitions; ++i) {
    const Arms arms = draw_arms(1000 + static_cast<std::uint64_t>(i), 100, 0.7, 0.3);
    const Cuped found = cuped(arms.treated(), arms.control(), 0.05).value();
    covers += found.test.interval->low <= 0.3 && 0.3 <= found.test.interval->high;
    Arms null = arms;
    for (double& value : null.y1) value -= 0.3;
    alarms += *cuped(null.treated(), null.control(), 0.05).value().test.p_value < 0.05;
  }
  const double slack = 3 * std::sqrt(0.05 * 0.95 / repetitions);
  EXPECT_LT(alarms / double(repetitions), 0.06 + slack);
  EXPECT_NEAR(covers / double(repetitions), 0.95, 0.01 + slack);
}

// By numpy from the formula as published, at n = 5,000 and alpha = 0.05.
TEST(Sequential, WidthAsPublished) {
  const AlwaysValid found = always_valid(1, 0.25, 5000, 0.05);
  EXPECT_NEAR(found.interval.high, 1 + 0.25 * 3.0352089903762534, 1e-12);
  EXPECT_NEAR(found.interval.low, 1 - 0.25 * 3.0352089903762534, 1e-12);
  EXPECT_LT(found.p_value, 0.05);
}

TEST(Sequential, PValueAndIntervalAgree) {
  for (const double n : {30.0, 500.0, 1e5}) {
    const double half = always_valid(0, 1, n, 0.05).interval.high;
    EXPECT_NEAR(always_valid(half, 1, n, 0.05).p_value, 0.05, 1e-12) << n;
  }
  EXPECT_EQ(always_valid(0, 1, 100, 0.05).p_value, 1);
}

// Looking after every fifth customer a side from 30 to 3,000, without an effect.
TEST(Sequential, LookingOftenRaisesNoFalseAlarms) {
  const int repetitions = std::getenv("CA_LONG") != nullptr ? 5'000 : 500;
  int alarms = 0;
  int fixed_alarms = 0;
  for (int i = 0; i < repetitions; ++i) {
    RandomStream random(17, static_cast<std::uint64_t>(i));
    double sum = 0;
    double squares = 0;
    bool has_alarm = false;
    bool has_fixed_alarm = false;
    for (int n = 1; n <= 3000 && !has_alarm; ++n) {
      const double value = random.exponential() - random.exponential();
      sum += value;
      squares += value * value;
      if (n < 30 || n % 5 != 0) continue;
      const double error = std::sqrt((squares - sum * sum / n) / (n - 1) / n);
      const AlwaysValid found = always_valid(sum / n, error, n, 0.05);
      has_alarm = found.interval.low > 0 || found.interval.high < 0;
      has_fixed_alarm |= std::abs(sum / n) > 1.96 * error;
    }
    alarms += has_alarm;
    fixed_alarms += has_fixed_alarm;
  }
  EXPECT_LT(alarms / double(repetitions), 0.06);
  EXPECT_GT(fixed_alarms / double(repetitions), 0.2) << "the same looks with a fixed interval";
}

}  // namespace
}  // namespace ca::stats
