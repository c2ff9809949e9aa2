#include "runs/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ca::runs {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

TEST(Retention, KeepsEverythingFor35Days) {
  const Day today = day_from_civil(2024, 3, 1);
  EXPECT_THAT(
      outlived({{"a", today}, {"b", today - 1}, {"c", today - 1}, {"d", today - 35}}, today),
      IsEmpty());
}

TEST(Retention, KeepsTheNewestOfAWeekForAYearThenOfAMonth) {
  const Day today = day_from_civil(2024, 3, 1);
  const Day monday = monday_of(today - 100);
  EXPECT_THAT(
      outlived({{"w1", monday}, {"w2", monday + 3}, {"w3", monday + 6}, {"x", monday + 7}}, today),
      UnorderedElementsAre("w1", "w2"));
  const Day january = day_from_civil(2022, 1, 1);
  EXPECT_THAT(outlived({{"m1", january}, {"m2", january + 20}, {"m3", january + 40}}, today),
              UnorderedElementsAre("m1"));
}

TEST(Retention, TwoYearsOfDailyRunsLeaveAHandful) {
  const Day today = day_from_civil(2024, 3, 1);
  std::vector<DatedSnapshot> all;
  for (int age = 0; age < 730; ++age) {
    const Day date = today - age;
    all.push_back({format_day(date), date});
  }
  const std::vector<std::string> gone = outlived(all, today);
  const std::size_t kept = all.size() - gone.size();
  EXPECT_GE(kept, 36U + 47U + 12U);
  EXPECT_LE(kept, 36U + 49U + 13U);
  EXPECT_THAT(gone, Not(Contains(format_day(today))));
}

}  // namespace
}  // namespace ca::runs
