// The harness itself: it must tell what is calibrated from what is not.

#include "calibration/simulation.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ca::calibration {
namespace {

using stats::RandomStream;

TEST(Simulation, FamiliesHaveTheirMean) {
  constexpr std::size_t kDraws = 100'000;
  for (const Family& one : families()) {
    for (const double level : {1.0, 2.5}) {
      RandomStream random(1, 1);
      const auto values = sample(one, random, kDraws, level);
      const stats::Moments moments = stats::moments_of(values);
      EXPECT_NEAR(moments.mean, one.mean * level, 5 * std::sqrt(moments.variance.value() / kDraws))
          << one.name;
      if (!one.are_counts) continue;
      for (const double value : values) {
        ASSERT_TRUE(value >= 0 && value == std::floor(value)) << one.name << " " << value;
      }
    }
  }
}

Outcome of_p(double p) { return {.p_value = p, .interval = {}, .truth = 0}; }

TEST(Simulation, TellsEagerFromCalibratedFromTimid) {
  const int repeated = repetitions();
  const auto with_p = [&](auto make_p) {
    return measure(repeated, 5,
                   [&](RandomStream& random) { return of_p(make_p(random.uniform())); });
  };
  const Promise promise;
  Promise conservative;
  conservative.may_be_conservative = true;
  EXPECT_TRUE(keeps(promise, with_p([](double u) { return u; })));
  EXPECT_FALSE(keeps(promise, with_p([](double u) { return u / 2; })));
  EXPECT_FALSE(keeps(promise, with_p([](double) { return 1.0; })));
  EXPECT_TRUE(keeps(conservative, with_p([](double) { return 1.0; })));
  EXPECT_FALSE(keeps(conservative, with_p([](double u) { return u / 2; })));
}

TEST(Simulation, CountsWhatIsCoveredAndWhatIsMissing) {
  const Measured measured = measure(1000, 7, [](RandomStream& random) {
    Outcome outcome;
    if (random.happens(0.5)) return outcome;
    outcome.p_value = 0.02;
    outcome.interval = stats::Interval{0, 2};
    outcome.truth = random.happens(0.8) ? 1 : 3;
    return outcome;
  });
  EXPECT_EQ(measured.repetitions, 1000);
  EXPECT_EQ(measured.tests, measured.intervals);
  EXPECT_EQ(measured.below_5, measured.tests);
  EXPECT_EQ(measured.below_1, 0);
  EXPECT_NEAR(measured.rejected_at_5(), 0.5, 0.06);
  EXPECT_NEAR(measured.coverage(), 0.8, 0.06);
  EXPECT_FALSE(keeps(Promise{}, measured));
  EXPECT_FALSE(keeps(Promise{}, Measured{}));
}

TEST(Simulation, AMeansIntervalCovers) {
  const Family& gaussian = family("Gaussian");
  const Measured measured = measure(repetitions(), 9, [&](RandomStream& random) {
    const auto values = sample(gaussian, random, 30);
    return Outcome{.p_value = {},
                   .interval = stats::mean_interval(stats::moments_of(values), 0.05),
                   .truth = gaussian.mean};
  });
  EXPECT_TRUE(keeps(Promise{}, measured));
}

}  // namespace
}  // namespace ca::calibration
