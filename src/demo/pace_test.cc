#include "demo/pace.h"

#include <gtest/gtest.h>

#include <array>

namespace ca::demo {
namespace {

const std::array<double, 4> kWeights = {1, 3, 1, 3};

TEST(Pace, ShowsAsManyDaysAsTheCalendar) {
  const Pace pace(kWeights);
  EXPECT_DOUBLE_EQ(pace.length(), 4);
  EXPECT_DOUBLE_EQ(pace.clock_at(4), 4);
  EXPECT_DOUBLE_EQ(pace.clock_at(9), 4);
  EXPECT_DOUBLE_EQ(pace.clock_at(-1), 0);
}

TEST(Pace, RunsFastOnBusyDays) {
  const Pace pace(kWeights);
  EXPECT_DOUBLE_EQ(pace.clock_at(1), 0.5);  // a day of half the average
  EXPECT_DOUBLE_EQ(pace.clock_at(2), 2);
  EXPECT_DOUBLE_EQ(pace.clock_at(1.5), 1.25);
}

TEST(Pace, GoesBackToTheCalendar) {
  const Pace pace(kWeights);
  for (double moment = 0; moment <= 4; moment += 0.0625) {
    EXPECT_NEAR(pace.moment_at(pace.clock_at(moment)), moment, 1e-12);
  }
}

TEST(Hours, SpendNoTimeWhereTheWeightIsZero) {
  std::array<double, 48> weights{};
  weights[14] = 1;  // 7:00
  weights[20] = 3;  // 10:00
  const Hours hours(weights);
  EXPECT_EQ(hours.second_at(0), 7U * 3600);
  EXPECT_EQ(hours.second_at(0.125), 7U * 3600 + 900);
  EXPECT_EQ(hours.second_at(0.25), 10U * 3600);
  EXPECT_EQ(hours.second_at(0.625), 10U * 3600 + 900);
  EXPECT_LT(hours.second_at(0.999999999), 10U * 3600 + 1800);
}

}  // namespace
}  // namespace ca::demo
