#include "models/normal_scores.h"

#include <gtest/gtest.h>

#include "base/calendar.h"

namespace ca::models {
namespace {

double score(const NormalScores& scores, std::int64_t seconds) {
  return scores.score(seconds * kMicrosPerSecond) / NormalScores::kUnit;
}

TEST(NormalScores, AreThoseOfRanks) {
  NormalScores scores(kMicrosPerHour);
  for (const std::int64_t seconds : {-100, 5, 6, 3000}) scores.add(seconds * kMicrosPerSecond);
  scores.settle();
  EXPECT_NEAR(score(scores, -100), -1.15035, 1e-5);  // 1/8
  EXPECT_NEAR(score(scores, 5), -0.31864, 1e-5);     // 3/8
  EXPECT_NEAR(score(scores, 6), 0.31864, 1e-5);
  EXPECT_NEAR(score(scores, 3000), 1.15035, 1e-5);
  EXPECT_NEAR(scores.variance(), (1.15035 * 1.15035 + 0.31864 * 0.31864) / 2, 1e-5);
}

TEST(NormalScores, EqualSecondsShareTheMiddle) {
  NormalScores scores(kMicrosPerHour);
  scores.add(1'000'000);
  scores.add(1'999'999);
  scores.add(2'000'000);
  scores.settle();
  EXPECT_EQ(scores.score(1'000'000), scores.score(1'500'000));
  EXPECT_NEAR(score(scores, 1), -0.43073, 1e-5);  // 1/3
  EXPECT_NEAR(score(scores, 2), 0.96742, 1e-5);   // 5/6
}

TEST(NormalScores, WhatIsAllEqualHasNoVariance) {
  NormalScores scores(kMicrosPerHour);
  for (int i = 0; i < 5; ++i) scores.add(7'000'000);
  scores.settle();
  EXPECT_EQ(score(scores, 7), 0);
  EXPECT_EQ(scores.variance(), 0);
}

TEST(NormalScores, ForgetWhatWasBefore) {
  NormalScores scores(kMicrosPerHour);
  for (int i = 0; i < 5; ++i) scores.add(i * kMicrosPerSecond);
  scores.settle();
  scores.clear();
  scores.add(3 * kMicrosPerSecond);
  scores.settle();
  EXPECT_EQ(score(scores, 3), 0);
  EXPECT_EQ(scores.variance(), 0);
}

TEST(NormalScores, BeyondTheLongestIsTheLongest) {
  NormalScores scores(kMicrosPerHour);
  scores.add(0);
  scores.add(5 * kMicrosPerHour);
  scores.settle();
  EXPECT_EQ(scores.score(5 * kMicrosPerHour), scores.score(INT64_MAX / 2));
}

}  // namespace
}  // namespace ca::models
