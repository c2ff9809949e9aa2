#include "reports/test_shop.h"

namespace ca::reports {
namespace {

/// The header of a cohort report.
std::string header(const std::string& period) {
  return period + ",0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,cohort_size,beyond\n";
}

TestShop fixture() {
  return TestShop({.has_dimension = true}, kFixtureSessions, kFixtureCustomers);
}

TEST(Cohorts, FromDownloadToFirstOrder) {
  EXPECT_EQ(fixture().csv("daily_cohort_downloads"),
            header("daily") +
                "2021-03-01,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,,1,\n"
                "2021-03-02,0,0,1,0,0,0,0,0,0,0,0,0,0,0,,,1,\n"
                "2021-03-03,0,0,0,0,0,0,0,0,0,0,0,0,0,,,,1,\n"
                "2021-03-08,0,0,1,0,0,0,0,0,,,,,,,,,1,\n");
  EXPECT_EQ(
      fixture().csv("weekly_cohort_downloads"),
      header("weekly") + "2021-03-01,2,0,0,,,,,,,,,,,,,,3,\n2021-03-08,1,0,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(fixture().csv("monthly_cohort_downloads"),
            header("monthly") + "2021-03-01,3,,,,,,,,,,,,,,,,4,\n");
}

TEST(Cohorts, FromOneOrderToTheNext) {
  const TestShop shop = fixture();
  EXPECT_EQ(shop.csv("daily_cohort_from_1_to_2"),
            header("daily") +
                "2021-03-01,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0,,1,\n"
                "2021-03-04,0,0,0,0,0,0,0,1,0,0,0,0,,,,,1,\n"
                "2021-03-10,0,0,0,0,0,1,,,,,,,,,,,1,\n");
  EXPECT_EQ(
      shop.csv("weekly_cohort_from_1_to_2"),
      header("weekly") + "2021-03-01,1,1,0,,,,,,,,,,,,,,2,\n2021-03-08,0,1,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("weekly_cohort_from_2_to_3"), header("weekly") +
                                                       "2021-03-01,0,1,0,,,,,,,,,,,,,,1,\n"
                                                       "2021-03-08,0,0,,,,,,,,,,,,,,,1,\n"
                                                       "2021-03-15,0,,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("daily_cohort_from_3_to_4"),
            header("daily") + "2021-03-09,0,0,0,0,0,1,0,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("weekly_cohort_from_3_to_4"),
            header("weekly") + "2021-03-08,1,0,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("monthly_cohort_from_3_to_4"),
            header("monthly") + "2021-03-01,1,,,,,,,,,,,,,,,,1,\n");
}

TEST(Cohorts, ADimensionTakesTheCustomersWithAnOrderInIt) {
  // D has only looked around in Y. A's and C's orders are all in X.
  EXPECT_EQ(fixture().csv("weekly_cohort_downloads", "Y"),
            header("weekly") + "2021-03-01,1,0,0,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(fixture().csv("weekly_cohort_from_1_to_2", "Y"),
            header("weekly") + "2021-03-01,0,1,0,,,,,,,,,,,,,,1,\n");
}

TEST(Cohorts, WhatIsPastTheFifteenthIsBeyond) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-16T12:00 1
                         2     B      2021-03-17T12:00 1
                         3     C      2021-03-18T12:00 no)",
                      R"(client download
                         A      2021-03-01T12:00
                         B      2021-03-01T12:00
                         C      2021-03-02T12:00
                         D      2021-03-03T12:00)");
  const std::string zeros = ",0,0,0,0,0,0,0,0,0,0,0,0,0,0,0";
  EXPECT_EQ(shop.csv("daily_cohort_downloads"), header("daily") + "2021-03-01" + zeros +
                                                    ",1,2,1\n2021-03-02" + zeros +
                                                    ",0,1,0\n2021-03-03" + zeros + ",0,1,\n");
}

TEST(Cohorts, AnOrderBeforeTheDownloadHasNoCell) {
  const char* const sessions = R"(order client start            amount
                                  1     A      2021-03-02T08:00 1
                                  2     B      2021-03-02T09:00 1)";
  const char* const customers = R"(client download
                                   A      2021-03-02T08:30
                                   B      2021-03-02T09:00)";
  const std::string nothing = ",,,,,,,,,,,,,,,";
  EXPECT_EQ(TestShop({}, sessions, customers).csv("daily_cohort_downloads"),
            header("daily") + "2021-03-02,1" + nothing + ",2,\n");
  // Where orders or downloads know no hours, the day decides.
  const char* const days = R"(order client start      amount
                              1     A      2021-03-02 1
                              2     B      2021-03-01 1
                              3     C      2021-03-03 no)";
  EXPECT_EQ(TestShop({}, days, customers).csv("daily_cohort_downloads"),
            header("daily") + "2021-03-02,1,0,,,,,,,,,,,,,,,2,\n");
  EXPECT_EQ(TestShop({}, sessions, "client download\nA 2021-03-02\nB 2021-03-01\n")
                .csv("weekly_cohort_downloads"),
            header("weekly") + "2021-03-01,2" + nothing + ",2,\n");
}

TEST(Cohorts, OrdersOfOneMomentFollowTheirIds) {
  const TestShop shop({.has_dimension = true},
                      R"(order client start            amount dimension
                         b     A      2021-03-02T08:00 1      X
                         a     A      2021-03-02T08:00 1      Y
                         c     -      2021-03-02T08:00 1      Y)",
                      "");
  const std::string nothing = ",,,,,,,,,,,,,,,";
  EXPECT_EQ(shop.csv("daily_cohort_from_1_to_2"),
            header("daily") + "2021-03-02,1" + nothing + ",1,\n");
  EXPECT_EQ(shop.csv("daily_cohort_from_1_to_2", "Y"),
            header("daily") + "2021-03-02,0" + nothing + ",1,\n");
  EXPECT_EQ(shop.csv("daily_cohort_from_2_to_3", "X"), header("daily"));
}

TEST(Cohorts, CountDaysOfTheCalendarWhereClocksChange) {
  for (const auto& [zone, spring, autumn] :
       {std::tuple("Europe/Berlin", day_from_civil(2021, 3, 28), day_from_civil(2021, 10, 31)),
        std::tuple("America/New_York", day_from_civil(2021, 3, 14), day_from_civil(2021, 11, 7))}) {
    for (const Day change : {spring, autumn}) {  // a Sunday of 23 or 25 hours
      const std::string before = format_day(change - 1);
      const std::string at = format_day(change);
      const std::string after = format_day(change + 1);
      const TestShop shop({.zone = zone},
                          "order client start amount\n"
                          "1 A " +
                              before + "T23:30 1\n2 A " + at + "T00:15 1\n3 A " + at +
                              "T23:45 1\n4 A " + after + "T00:00 1\n",
                          "client download\nA " + before + "T00:30\n");
      const std::string row = ",0,0,,,,,,,,,,,,,,1,\n";
      EXPECT_EQ(shop.csv("daily_cohort_downloads"), header("daily") + before + ",1" + row);
      EXPECT_EQ(shop.csv("daily_cohort_from_1_to_2"),
                header("daily") + before + ",0,1,0,,,,,,,,,,,,,,1,\n");
      EXPECT_EQ(shop.csv("daily_cohort_from_2_to_3"),
                header("daily") + at + ",1,0,,,,,,,,,,,,,,,1,\n");
      EXPECT_EQ(shop.csv("daily_cohort_from_3_to_4"),
                header("daily") + at + ",0,1,,,,,,,,,,,,,,,1,\n");
      // The week ends with that Sunday.
      EXPECT_EQ(shop.csv("weekly_cohort_from_2_to_3"),
                header("weekly") + format_day(change - 6) + ",1,0,,,,,,,,,,,,,,,1,\n");
      EXPECT_EQ(shop.csv("weekly_cohort_from_3_to_4"),
                header("weekly") + format_day(change - 6) + ",0,1,,,,,,,,,,,,,,,1,\n");
    }
  }
}

TEST(Cohorts, MonthsAreThoseOfTheCalendarOverLeapDaysAndYears) {
  const TestShop shop({.zone = "Europe/Berlin"},
                      R"(order client start            amount
                         1     A      2023-12-31T23:30 1
                         2     A      2024-01-01T00:30 1
                         3     A      2024-02-29T12:00 1
                         4     A      2024-03-01T00:15 1)",
                      "client download\nA 2023-11-30T23:59\n");
  EXPECT_EQ(shop.csv("monthly_cohort_downloads"),
            header("monthly") + "2023-11-01,0,1,0,0,0,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("monthly_cohort_from_1_to_2"),
            header("monthly") + "2023-12-01,0,1,0,0,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("monthly_cohort_from_2_to_3"),
            header("monthly") + "2024-01-01,0,1,0,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("monthly_cohort_from_3_to_4"),
            header("monthly") + "2024-02-01,0,1,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("daily_cohort_from_3_to_4"),
            header("daily") + "2024-02-29,0,1,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(shop.csv("weekly_cohort_from_1_to_2"),
            header("weekly") + "2023-12-25,0,1,0,0,0,0,0,0,0,0,,,,,,,1,\n");
}

TEST(Cohorts, AWindowShowsTheCohortsThatBeginInIt) {
  const TestShop shop = fixture();
  // The week of 03-01 begins before the window, that of 03-15 after it; C's second order too.
  EXPECT_EQ(
      shop.csv("weekly_cohort_from_1_to_2", "main", TestShop::between("2021-03-02", "2021-03-14")),
      header("weekly") + "2021-03-08,0,,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(
      shop.csv("daily_cohort_downloads", "main", TestShop::between("2021-03-02", "2021-03-03")),
      header("daily") + "2021-03-02,0,0,,,,,,,,,,,,,,,1,\n2021-03-03,0,,,,,,,,,,,,,,,,1,\n");
  EXPECT_EQ(
      shop.csv("daily_cohort_downloads", "main", TestShop::between("2021-04-02", "2021-04-03")),
      header("daily"));
}

}  // namespace
}  // namespace ca::reports
