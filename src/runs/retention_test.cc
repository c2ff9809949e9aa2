#include "runs/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace ca::runs {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using workspace::SnapshotRecord;

/// One snapshot a day, named by it, from the first to the last day.
std::vector<SnapshotRecord> daily(Day first, Day last) {
  std::vector<SnapshotRecord> snapshots;
  for (Day day = first; day <= last; day = day + 1) snapshots.push_back({format_day(day), day});
  return snapshots;
}

/// The days that stay.
std::vector<std::string> kept(const std::vector<SnapshotRecord>& snapshots, Day today) {
  const std::vector<std::string> gone = outlived(snapshots, today);
  const std::set<std::string> outlived_days(gone.begin(), gone.end());
  std::vector<std::string> days;
  for (const SnapshotRecord& snapshot : snapshots) {
    if (!outlived_days.contains(snapshot.run)) days.push_back(snapshot.run);
  }
  return days;
}

TEST(Retention, KeepsEverythingFor35Days) {
  const Day today = day_from_civil(2024, 3, 1);
  EXPECT_THAT(
      outlived({{"d", today - 35}, {"c", today - 1}, {"b", today - 1}, {"a", today}}, today),
      IsEmpty());
  EXPECT_THAT(outlived({{"e", today - 37}, {"d", today - 36}}, today),
              ElementsAre("e"));  // of one week
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

TEST(Retention, TheNewestIsTheOnePublishedLast) {
  const Day today = day_from_civil(2024, 3, 1);
  const Day monday = monday_of(today - 100);
  // The clock had been set back between the two.
  EXPECT_THAT(
      outlived({{"20231129T000000-0001", monday + 5}, {"20231125T000000-0001", monday}}, today),
      ElementsAre("20231129T000000-0001"));
}

TEST(Retention, AWeekAcrossTheYearsEndIsOne) {
  const Day today = day_from_civil(2025, 3, 1);
  EXPECT_THAT(kept(daily(day_from_civil(2024, 12, 28), day_from_civil(2025, 1, 7)), today),
              ElementsAre("2024-12-29", "2025-01-05", "2025-01-07"));
}

TEST(Retention, MonthsAcrossTheYearsEndAreTwo) {
  const Day today = day_from_civil(2026, 3, 1);
  EXPECT_THAT(kept(daily(day_from_civil(2024, 12, 20), day_from_civil(2025, 1, 20)), today),
              ElementsAre("2024-12-31", "2025-01-20"));
}

TEST(Retention, AChangeOfClocksMovesNothing) {
  // In Europe clocks changed on Sunday, 31 March, in America on Sunday, 10 March 2024.
  const Day today = day_from_civil(2024, 6, 1);
  EXPECT_THAT(kept(daily(day_from_civil(2024, 3, 4), day_from_civil(2024, 4, 7)), today),
              ElementsAre("2024-03-10", "2024-03-17", "2024-03-24", "2024-03-31", "2024-04-07"));
}

TEST(Retention, ASnapshotOfTomorrowStays) {
  const Day today = day_from_civil(2024, 3, 1);
  EXPECT_THAT(outlived({{"a", today + 1}, {"b", today + 1}, {"c", today}}, today), IsEmpty());
}

TEST(Retention, RunningEveryDayEndsWithTheLastDayOfEachPeriod) {
  const Day begin = day_from_civil(2023, 1, 1);
  const Day end = day_from_civil(2025, 3, 1);
  std::vector<SnapshotRecord> there;
  for (Day today = begin; today <= end; today = today + 1) {
    there.push_back({format_day(today), today});
    const std::vector<std::string> gone = outlived(there, today);
    std::erase_if(there, [&](const SnapshotRecord& snapshot) {
      return std::ranges::find(gone, snapshot.run) != gone.end();
    });
  }
  std::vector<std::string> old;
  std::size_t weekly = 0;
  for (const SnapshotRecord& snapshot : there) {
    const std::int32_t age = end - snapshot.day;
    if (age > 365) old.push_back(snapshot.run);
    if (age > 42 && age <= 365) {
      EXPECT_EQ(iso_weekday(snapshot.day), 7) << snapshot.run;
      ++weekly;
    }
  }
  EXPECT_GE(weekly, 45U);
  // What was kept of a month are its Sundays, so its last is the last Sunday.
  ASSERT_EQ(old.size(), 14U);
  EXPECT_EQ(old[0], "2023-01-29");
  EXPECT_EQ(old[12], "2024-01-28");
  EXPECT_EQ(old[13], "2024-02-25");
}

TEST(Retention, TwoYearsOfDailyRunsLeaveAHandful) {
  const Day today = day_from_civil(2024, 3, 1);
  const std::vector<SnapshotRecord> all = daily(today - 729, today);
  const std::vector<std::string> gone = outlived(all, today);
  const std::size_t left = all.size() - gone.size();
  EXPECT_GE(left, 36U + 47U + 12U);
  EXPECT_LE(left, 36U + 49U + 13U);
  EXPECT_THAT(gone, Not(Contains(format_day(today))));
}

}  // namespace
}  // namespace ca::runs
