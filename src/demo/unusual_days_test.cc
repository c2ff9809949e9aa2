#include "demo/unusual_days.h"

#include <gtest/gtest.h>

namespace ca::demo {
namespace {

DailyFigure weeks_of(std::vector<double> week, int weeks) {
  DailyFigure figure;
  figure.name = "orders";
  figure.begin = day_from_civil(2024, 1, 1);
  for (int i = 0; i < weeks; ++i) {
    figure.values.insert(figure.values.end(), week.begin(), week.end());
  }
  return figure;
}

TEST(UnusualDays, AWeekendIsNotUnusual) {
  EXPECT_TRUE(unusual_days(weeks_of({100, 100, 100, 100, 100, 300, 300}, 10)).empty());
}

TEST(UnusualDays, FindsASurgeAndASlumpWithWhatWasExpected) {
  DailyFigure figure = weeks_of({100, 100, 100, 100, 100, 300, 300}, 10);
  figure.values[30] = 210;
  figure.values[40] = 60;
  const std::vector<UnusualDay> days = unusual_days(figure);
  ASSERT_EQ(days.size(), 2U);
  EXPECT_EQ(days[0].day, figure.begin + 30);
  EXPECT_EQ(days[0].found, 210);
  EXPECT_EQ(days[0].expected, 100);
  EXPECT_DOUBLE_EQ(days[0].standard_errors, 11);
  EXPECT_EQ(days[1].day, figure.begin + 40);
  EXPECT_EQ(days[1].expected, 300);
}

TEST(UnusualDays, SmallNumbersVaryALot) {
  DailyFigure figure = weeks_of({4, 4, 4, 4, 4, 4, 4}, 10);
  figure.values[30] = 10;
  EXPECT_TRUE(unusual_days(figure).empty());
}

TEST(UnusualDays, AShareIsJudgedByItsSessions) {
  DailyFigure figure = weeks_of({0.4}, 60);
  figure.sessions.assign(60, 400);
  figure.values[20] = 0.1;
  ASSERT_EQ(unusual_days(figure).size(), 1U);
  figure.sessions[20] = 10;
  EXPECT_TRUE(unusual_days(figure).empty());
}

TEST(UnusualDays, ShortHistoriesHaveNone) {
  EXPECT_TRUE(unusual_days({}).empty());
  DailyFigure figure = weeks_of({100}, 14);
  figure.values[7] = 900;
  EXPECT_TRUE(unusual_days(figure).empty());
}

TEST(UnusualDays, KeepsTheStrongestFindingOfADay) {
  const Day day = day_from_civil(2024, 1, 2);
  const std::vector<UnusualDay> kept = strongest_of_each_day(
      {{day + 1, "a", 1, 2, 6}, {day, "b", 1, 2, 6}, {day, "c", 1, 2, 9}, {day, "d", 1, 2, 7}});
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].figure, "c");
  EXPECT_EQ(kept[1].figure, "a");
}

}  // namespace
}  // namespace ca::demo
