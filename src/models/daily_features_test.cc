#include "models/daily_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ca::models {
namespace {

const Day kFirst = day_from_civil(2023, 1, 2);  // a Monday

std::vector<Day> days_of(std::size_t count) {
  std::vector<Day> days;
  for (std::size_t i = 0; i < count; ++i) days.push_back(kFirst + static_cast<std::int32_t>(i));
  return days;
}

/// Poisson by the normal that it is near, of large means.
double counted(double mean, Random& random) {
  return std::max(std::round(mean + std::sqrt(mean) * random.normal()), 0.0);
}

TEST(DailyFeatures, NeitherGrowthNorWeekdaysAreUnusual) {
  Random random(1);
  std::vector<double> counts;
  const std::vector<Day> days = days_of(400);
  for (std::size_t i = 0; i < days.size(); ++i) {
    const double weekend = iso_weekday(days[i]) >= 6 ? 0.5 : 1;
    counts.push_back(counted(500 * weekend * std::exp(0.005 * static_cast<double>(i)), random));
  }
  counts[200] *= 2;
  const Deviations found = deviations(count_feature("orders", counts), days);
  EXPECT_GT(found.z[200], 8);
  EXPECT_NEAR(found.expected[200], counts[200] / 2, 0.1 * counts[200]);
  double squares = 0;
  double at_most = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (i == 200) continue;
    squares += found.z[i] * found.z[i] / 399;
    at_most = std::max(at_most, std::abs(found.z[i]));
  }
  EXPECT_NEAR(squares, 1, 0.35);
  EXPECT_LT(at_most, 5);
}

TEST(DailyFeatures, FewCountsMoveMoreAndAreNotUnusualForIt) {
  // The first half of the days has 12 sessions of which a third buys, the second 3,000.
  Random random(2);
  std::vector<double> sessions;
  std::vector<double> orders;
  for (int i = 0; i < 400; ++i) {
    sessions.push_back(i < 200 ? 12 : 3000);
    double bought = 0;
    for (int s = 0; s < static_cast<int>(sessions.back()); ++s) {
      bought += random.happens(1.0 / 3) ? 1 : 0;
    }
    orders.push_back(bought);
  }
  const Deviations found = deviations(part_feature("orders", orders, sessions), days_of(400));
  double early = 0;
  double late = 0;
  for (std::size_t i = 0; i < 400; ++i) (i < 200 ? early : late) += found.z[i] * found.z[i] / 200;
  EXPECT_NEAR(early, 1, 0.4);
  EXPECT_NEAR(late, 1, 0.4);
}

TEST(DailyFeatures, FiguresComeBack) {
  const std::vector<double> parts = {3, 0, 10};
  const std::vector<double> wholes = {10, 10, 10};
  const DailyFeature share = part_feature("share", parts, wholes);
  EXPECT_EQ(share.scale, DailyFeature::Scale::kShare);
  EXPECT_NEAR(figure_of(share.scale, share.values[0]), 3.5 / 11, 1e-12);
  const DailyFeature count = count_feature("count", parts);
  EXPECT_NEAR(figure_of(count.scale, count.values[0]), 3, 1e-12);
  EXPECT_NEAR(figure_of(count.scale, count.values[1]), 0, 1e-12);
  // More baskets than sessions with a look at a product: no share.
  const DailyFeature ratio = part_feature("ratio", wholes, parts);
  EXPECT_EQ(ratio.scale, DailyFeature::Scale::kRatio);
  EXPECT_NEAR(figure_of(ratio.scale, ratio.values[2]), 1, 1e-12);
}

TEST(DailyFeatures, OfNothingOneDayAndAConstant) {
  EXPECT_TRUE(deviations(count_feature("none", {}), {}).z.empty());
  const std::vector<double> one = {5};
  EXPECT_EQ(deviations(count_feature("one", one), days_of(1)).z, std::vector<double>{0.0});
  const std::vector<double> zeros(60, 0.0);
  for (const double z : deviations(part_feature("zero", zeros, zeros), days_of(60)).z) {
    EXPECT_EQ(z, 0);
  }
}

TEST(DailyFeatures, DaysMayBeMissing) {
  std::vector<Day> days;
  std::vector<double> counts;
  for (std::int32_t i = 0; i < 300; ++i) {
    if (i > 100 && i < 180) continue;
    days.push_back(kFirst + i);
    counts.push_back(i < 150 ? 100 : 1000);
  }
  for (const double z : deviations(count_feature("orders", counts), days).z) EXPECT_EQ(z, 0);
}

}  // namespace
}  // namespace ca::models
