#include "nets/log_normal.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>

#include "base/random.h"

namespace ca::nets {
namespace {

using Outputs = std::array<float, Head::kOutputs>;
using Loss = std::function<double(const Outputs&, float*)>;

void expect_slopes(const Loss& loss, Outputs outputs, double relative = 1e-4) {
  Outputs slopes{};
  loss(outputs, slopes.data());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Outputs above = outputs;
    Outputs below = outputs;
    above[i] += 1e-3F;
    below[i] -= 1e-3F;
    Outputs unused{};
    const double difference = (loss(above, unused.data()) - loss(below, unused.data())) /
                              (static_cast<double>(above[i]) - static_cast<double>(below[i]));
    EXPECT_NEAR(slopes[i], difference, relative * (1 + std::abs(difference))) << i;
  }
}

const Head kHead{.mean = 2.5, .deviation = 0.8};

TEST(LogNormal, EveryLossHasItsDerivative) {
  Random random(1);
  for (int trial = 0; trial < 200; ++trial) {
    Outputs outputs;
    for (float& output : outputs) output = static_cast<float>(1.5 * random.normal());
    const double x = std::exp(kHead.mean + 2 * random.normal());
    expect_slopes([&](const auto& o, float* s) { return kHead.of_value(o.data(), x, 1, s); },
                  outputs, 5e-4);
    expect_slopes([&](const auto& o, float* s) { return kHead.of_none(o.data(), 1, s); }, outputs);
    expect_slopes([&](const auto& o, float* s) { return kHead.of_open(o.data(), x, 1, s); },
                  outputs, 5e-4);
  }
}

TEST(LogNormal, LossesAreTheLikelihoods) {
  const Outputs outputs = {-1, 0.5F, 0.25F};
  const MaybeLogNormal of = kHead(outputs.data());
  EXPECT_NEAR(of.none, 1 / (1 + std::exp(1.0)), 1e-12);
  EXPECT_NEAR(of.mu, 2.5 + 0.8 * 0.5, 1e-12);
  Outputs unused{};
  const double x = 20;
  const double z = (std::log(x) - of.mu) / of.sigma;
  const double density = std::exp(-z * z / 2) / (x * of.sigma * std::sqrt(2 * M_PI));
  const double tail = 0.5 * std::erfc(z / std::sqrt(2.0));
  EXPECT_NEAR(kHead.of_value(outputs.data(), x, 1, unused.data()),
              -std::log((1 - of.none) * density), 1e-9);
  EXPECT_NEAR(kHead.of_open(outputs.data(), x, 1, unused.data()),
              -std::log(of.none + (1 - of.none) * tail), 1e-9);
  EXPECT_NEAR(kHead.of_none(outputs.data(), 1, unused.data()), -std::log(of.none), 1e-9);
}

/// Against scipy.stats.norm.logsf.
TEST(LogNormal, TheTailDoesNotVanish) {
  EXPECT_NEAR(log_tail(0), std::log(0.5), 1e-15);
  EXPECT_NEAR(log_tail(-40), 0, 1e-15);
  EXPECT_NEAR(log_tail(5), -15.064998393988726, 1e-9);
  EXPECT_NEAR(log_tail(20), -203.91715537109727, 1e-6);
  EXPECT_NEAR(log_tail(40), -804.6084420137538, 1e-6);
  EXPECT_NEAR(log_tail(10 - 1e-9), log_tail(10 + 1e-9), 1e-6);
}

TEST(LogNormal, ExtremeOutputsGiveNumbers) {
  for (const float extreme : {-1e4F, -50.0F, 50.0F, 1e4F}) {
    for (const double x : {0.0, 1e-3, 1.0, 1e6}) {
      for (std::size_t at = 0; at < Head::kOutputs; ++at) {
        Outputs outputs{};
        outputs[at] = extreme;
        Outputs slopes{};
        const double open = kHead.of_open(outputs.data(), x, 1, slopes.data());
        EXPECT_TRUE(std::isfinite(open)) << extreme << ' ' << x << ' ' << at;
        for (const float slope : slopes) {
          EXPECT_TRUE(std::isfinite(slope)) << extreme << ' ' << x << ' ' << at;
        }
      }
    }
  }
}

TEST(LogNormal, WhatWasNotLookedAtTellsNothing) {
  const Outputs outputs = {1, 2, 3};
  Outputs slopes{};
  EXPECT_EQ(kHead.of_open(outputs.data(), 0, 1, slopes.data()), 0);
  EXPECT_EQ(slopes, Outputs{});
}

}  // namespace
}  // namespace ca::nets
