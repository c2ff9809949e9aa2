#include "nets/histories.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.h"

namespace ca::nets {
namespace {

std::vector<std::size_t> everybody(const Histories& histories) {
  std::vector<std::size_t> all(histories.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

TEST(Histories, StepsDoNotSeeThemselvesOrWhatFollows) {
  std::vector<double> days = {19'000, 19'003, 19'010, 19'011, 19'050, 19'060};
  std::vector<double> amounts = {10, 20, 0, 40, 50, 60};
  Histories before;
  before.add(days, amounts);
  const Scaling scaling(before, everybody(before), 20'000);
  for (std::size_t end = 0; end < days.size(); ++end) {
    // Everything from `end` on becomes something else.
    std::vector<double> other_days(days.begin(), days.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<double> other_amounts(amounts.begin(),
                                      amounts.begin() + static_cast<std::ptrdiff_t>(end));
    for (int i = 0; i < 3; ++i) {
      other_days.push_back(19'500 + 7.5 * i);
      other_amounts.push_back(1e5);
    }
    Histories after;
    after.add(other_days, other_amounts);
    std::vector<float> seen(end * kFeatures);
    std::vector<float> seen_otherwise(end * kFeatures);
    scaling.write_steps(before[0], 0, end, seen.data());
    scaling.write_steps(after[0], 0, end, seen_otherwise.data());
    EXPECT_EQ(seen, seen_otherwise) << end;
  }
}

TEST(Histories, AStepIsWhatIsKnownOfOnePurchase) {
  Histories histories;
  const std::array<double, 3> days = {4, 7, 17};  // a Monday, a Thursday, a Sunday
  const std::array<double, 3> amounts = {std::expm1(1.0), std::expm1(2.0), std::expm1(3.0)};
  histories.add(days, amounts);
  const Scaling scaling(histories, everybody(histories), 100);
  std::vector<float> steps(3 * kFeatures);
  scaling.write_steps(histories[0], 0, 3, steps.data());
  const double root = std::sqrt(1.5);  // deviation of 1, 2, 3 is sqrt(2 / 3)
  EXPECT_EQ(steps[0], 0);
  EXPECT_NEAR(steps[kFeatures], -1, 1e-6);  // of two gaps one is below the mean
  EXPECT_NEAR(steps[2 * kFeatures], 1, 1e-6);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(steps[i * kFeatures + 1], root * (static_cast<double>(i) - 1), 1e-6);
    EXPECT_EQ(steps[i * kFeatures + 6], 1);
  }
  EXPECT_NEAR(steps[4], 0, 1e-6);
  EXPECT_NEAR(steps[5], 1, 1e-6);
  EXPECT_NEAR(steps[kFeatures + 4], std::sin(2 * M_PI * 3 / 7), 1e-6);
  EXPECT_NEAR(steps[2 * kFeatures + 5], std::cos(2 * M_PI * 6 / 7), 1e-6);

  std::vector<float> last(kFeatures);
  scaling.write_steps(histories[0], 2, 3, last.data());
  EXPECT_TRUE(std::equal(last.begin(), last.end(), steps.begin() + 2 * kFeatures));
}

TEST(Histories, TheScalingKnowsOnlyWhatWasBeforeItsEnd) {
  Histories known;
  Histories more;
  const std::array<double, 4> days = {10, 20, 40, 90};
  const std::array<double, 4> amounts = {1, 2, 3, 1e6};
  known.add(std::span(days).first(3), std::span(amounts).first(3));
  more.add(days, amounts);
  EXPECT_EQ(Scaling(known, everybody(known), 90), Scaling(more, everybody(more), 90));
  EXPECT_NE(Scaling(known, everybody(known), 91), Scaling(more, everybody(more), 91));
  EXPECT_THROW(Scaling(known, everybody(known), 10), Error);
}

TEST(Histories, ItsScalingIsKept) {
  Histories histories;
  const std::array<double, 3> days = {10, 20, 40};
  histories.add(days, days);
  const Scaling scaling(histories, everybody(histories), 100);
  Model model;
  scaling.save(model);
  EXPECT_EQ(Scaling::of(model), scaling);
}

TEST(Histories, PurchasesBeforeAndUntilADay) {
  Histories histories;
  const std::array<double, 3> days = {10, 20, 40};
  histories.add(days, days);
  EXPECT_EQ(histories[0].before(20).size(), 1);
  EXPECT_EQ(histories[0].until(20).size(), 2);
  EXPECT_EQ(histories[0].until(9).size(), 0);
  EXPECT_EQ(histories[0].before(1000).amounts.back(), 40);
}

TEST(Histories, WhatIsNotOnePurchaseADayIsRefused) {
  Histories histories;
  const std::array<double, 2> ascending = {10, 20};
  const std::array<double, 2> same = {10, 10};
  const std::array<double, 2> infinite = {10, std::numeric_limits<double>::infinity()};
  EXPECT_THROW(histories.add(same, ascending), Error);
  EXPECT_THROW(histories.add(ascending, std::span(ascending).first(1)), Error);
  EXPECT_THROW(histories.add(infinite, ascending), Error);
  EXPECT_THROW(histories.add(ascending, infinite), Error);
  EXPECT_EQ(histories.size(), 0);
}

}  // namespace
}  // namespace ca::nets
