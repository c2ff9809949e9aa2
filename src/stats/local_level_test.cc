#include "stats/local_level.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "stats/random.h"

namespace ca::stats {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

std::vector<double> counted(int count) {
  std::vector<double> days;
  for (int i = 0; i < count; ++i) days.push_back(i);
  return days;
}

TEST(LocalLevel, BlocksFollowALineToItsEndsAndOutliersDoNotMatter) {
  const std::vector<double> days = counted(50);
  std::vector<double> values;
  for (const double day : days) values.push_back(3 * day - 7);
  std::vector<double> level = block_medians(days, values, 10);
  for (int i = 0; i < 50; ++i) EXPECT_NEAR(level[i], values[i], 1e-9) << i;
  values[24] = 1e9;
  level = block_medians(days, values, 10);
  for (int i = 0; i < 50; ++i) EXPECT_NEAR(level[i], 3 * i - 7, 3) << i;
}

// Blocks are days 0-9 and 10-23: what is left of the last belongs to it.
TEST(LocalLevel, TheLastBlockIsNeverAStump) {
  std::vector<double> values(24, 1);
  values[22] = values[23] = 50;
  EXPECT_THAT(block_medians(counted(24), values, 10), Each(1));
  EXPECT_THAT(block_medians(std::vector<double>{0, 1}, std::vector<double>{3, 5}, 10),
              ElementsAre(4, 4));
  EXPECT_TRUE(block_medians({}, {}, 10).empty());
}

TEST(LocalLevel, APointHasNoPartInItsOwnLevel) {
  const std::vector<double> days = counted(60);
  std::vector<double> values;
  for (const double day : days) values.push_back(2 * day + 1);
  values[30] = 1e6;
  const std::vector<double> level = level_without_self(days, values, 10, 0);
  EXPECT_NEAR(level[30], 61, 1e-6);
  EXPECT_NEAR(level[0], 1, 1e-6);
  EXPECT_NEAR(level[59], 119, 1e-6);
  EXPECT_GT(level[31], 1000);
}

// Least squares by hand at every point.
TEST(LocalLevel, IsTheLineOfLeastSquares) {
  RandomStream random(3, 0);
  std::vector<double> days;
  std::vector<double> values;
  double day = 0;
  for (int i = 0; i < 200; ++i) {
    day += random.happens(0.1) ? 0 : random.exponential();
    days.push_back(day);
    values.push_back(1e6 + random.normal());
  }
  const std::vector<double> level = level_without_self(days, values, 9, 1e6);
  for (std::size_t i = 0; i < days.size(); ++i) {
    double n = 0;
    double t = 0;
    double y = 0;
    for (std::size_t j = 0; j < days.size(); ++j) {
      if (j == i || std::abs(days[j] - days[i]) > 9) continue;
      ++n;
      t += days[j];
      y += values[j];
    }
    if (n < kFewestNeighbours) continue;
    double tt = 0;
    double ty = 0;
    for (std::size_t j = 0; j < days.size(); ++j) {
      if (j == i || std::abs(days[j] - days[i]) > 9) continue;
      tt += (days[j] - t / n) * (days[j] - t / n);
      ty += (days[j] - t / n) * (values[j] - y / n);
    }
    EXPECT_NEAR(level[i], y / n + ty / tt * (days[i] - t / n), 1e-7) << i;
  }
}

TEST(LocalLevel, FewOrSimultaneousNeighbours) {
  EXPECT_THAT(level_without_self(counted(6), std::vector<double>(6, 5), 10, -1), Each(-1));
  EXPECT_THAT(level_without_self(std::vector<double>(20, 4.5), std::vector<double>(20, 5), 10, -1),
              Each(DoubleNear(5, 1e-12)));
}

}  // namespace
}  // namespace ca::stats
