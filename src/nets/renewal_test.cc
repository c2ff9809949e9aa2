#include "nets/renewal.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "base/random.h"

namespace ca::nets {
namespace {

const std::array<double, 3> kHorizons = {30, 90, 180};

/// Lives drawn until the end of the longest horizon; the first gap until one fits `since`.
std::array<double, 3> simulated(const MaybeLogNormal& gap, double since, int lives) {
  Random random(1);
  const auto draw = [&] {
    return random.happens(gap.none) ? 1e300 : std::exp(gap.mu + gap.sigma * random.normal());
  };
  std::array<double, 3> counts{};
  for (int life = 0; life < lives; ++life) {
    double day = draw();
    while (day <= since) day = draw();
    for (day -= since; day <= kHorizons.back(); day += draw()) {
      for (std::size_t i = 0; i < kHorizons.size(); ++i) counts[i] += day <= kHorizons[i] ? 1 : 0;
    }
  }
  for (double& count : counts) count /= lives;
  return counts;
}

TEST(Renewal, ExpectedPurchasesAreThoseOfSimulatedLives) {
  for (const MaybeLogNormal gap :
       {MaybeLogNormal{0.1, std::log(20), 0.6}, MaybeLogNormal{0.02, std::log(4), 0.5},
        MaybeLogNormal{0.4, std::log(60), 1.0}}) {
    for (const double since : {0.0, 3.0, 45.0}) {
      std::array<double, 3> expected{};
      expected_purchases(gap, since, kHorizons, expected);
      const auto truth = simulated(gap, since, 40'000);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(expected[i], truth[i], 0.02 + 0.02 * truth[i])
            << std::exp(gap.mu) << ' ' << since << ' ' << kHorizons[i];
      }
    }
  }
}

TEST(Renewal, SilenceMakesACustomerLessLikelyToReturn) {
  const MaybeLogNormal gap{0.2, std::log(20), 0.5};
  EXPECT_NEAR(probability_alive(gap, 0), 0.8, 1e-12);
  EXPECT_NEAR(probability_alive(gap, 20), 0.8 * 0.5 / (0.2 + 0.8 * 0.5), 1e-12);
  EXPECT_LT(probability_alive(gap, 200), 1e-3);
  EXPECT_GE(probability_alive(gap, 1e9), 0);
}

TEST(Renewal, ALongSilenceGivesNumbers) {
  std::array<double, 3> expected{};
  expected_purchases({1e-7, std::log(2), 0.05}, 1e4, kHorizons, expected);
  for (const double count : expected) EXPECT_TRUE(std::isfinite(count) && count >= 0) << count;
}

}  // namespace
}  // namespace ca::nets
