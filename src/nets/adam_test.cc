#include "nets/adam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ca::nets {
namespace {

Parameter of(std::vector<float> values, std::vector<float> gradient) {
  Parameter parameter;
  parameter.value.values = std::move(values);
  parameter.gradient.values = std::move(gradient);
  return parameter;
}

TEST(Adam, ItsFirstStepIsTheLearningRateAgainstTheSign) {
  Parameter parameter = of({1, 1}, {0.2F, -0.001F});
  Adam adam({&parameter}, {.learning_rate = 0.1});
  EXPECT_TRUE(adam.step());
  EXPECT_NEAR(parameter.value.values[0], 0.9, 1e-4);
  EXPECT_NEAR(parameter.value.values[1], 1.1, 1e-4);
}

/// Two steps by hand from the paper's algorithm 1.
TEST(Adam, ItsSecondStepWeighsBothGradients) {
  Parameter parameter = of({0}, {0.5F});
  Adam adam({&parameter}, {.learning_rate = 0.1});
  adam.step();
  parameter.gradient.values = {-0.25F};
  adam.step();
  const double first = (0.9 * 0.05 + 0.1 * -0.25) / (1 - 0.81);
  const double second = (0.999 * 0.00025 + 0.001 * 0.0625) / (1 - 0.999 * 0.999);
  EXPECT_NEAR(parameter.value.values[0], -0.1 - 0.1 * first / std::sqrt(second), 1e-6);
}

TEST(Adam, AllGradientsTogetherAreClipped) {
  Parameter a = of({0}, {30});
  Parameter b = of({0}, {40});
  // With a large epsilon a step is nearly proportional to the gradient.
  Adam adam({&a, &b}, {.learning_rate = 1e6, .clip_norm = 5, .epsilon = 1e6});
  adam.step();
  EXPECT_NEAR(a.value.values[0], -3, 1e-4);
  EXPECT_NEAR(b.value.values[0], -4, 1e-4);
}

TEST(Adam, FindsTheLowestPoint) {
  Parameter parameter = of({5, -5}, {0, 0});
  Adam adam({&parameter}, {.learning_rate = 0.05});
  for (int step = 0; step < 2000; ++step) {
    parameter.gradient.values[0] = 2 * (parameter.value.values[0] - 1);
    parameter.gradient.values[1] = 20 * (parameter.value.values[1] - 2);
    adam.step();
  }
  EXPECT_NEAR(parameter.value.values[0], 1, 1e-2);
  EXPECT_NEAR(parameter.value.values[1], 2, 1e-2);
}

TEST(Adam, WhatIsNotFiniteOrNotLearntStays) {
  Parameter learnt = of({1}, {std::numeric_limits<float>::quiet_NaN()});
  Parameter kept = of({1}, {1});
  kept.is_learnt = false;
  Adam adam({&learnt, &kept}, {});
  EXPECT_FALSE(adam.step());
  learnt.gradient.values = {1};
  EXPECT_TRUE(adam.step());
  EXPECT_EQ(kept.value.values[0], 1);
  EXPECT_LT(learnt.value.values[0], 1);
}

}  // namespace
}  // namespace ca::nets
