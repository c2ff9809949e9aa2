#include "reports/test_shop.h"

namespace ca::reports {
namespace {

const char* const kSessions = R"(
  order client start            amount actions
  1     A      2021-03-01T11:00 20     basket
  2     A      2021-03-03T11:30 no     basket+screen
  3     B      2021-03-03T23:59 no     -
  4     A      2021-03-03T12:00 30     basket
)";
const char* const kCustomers = R"(
  client download         signup           login
  A      2021-02-28T10:00 2021-03-01T00:00 2021-03-09T00:00
  B      2021-03-03T09:00 -                -
  C      2021-03-02T09:00 -                -
)";

TestShop shop() {
  return TestShop(
      {.session_actions = {"basket", "screen"}, .customer_actions = {"login"}, .has_signup = true},
      kSessions, kCustomers);
}

TEST(Funnels, CountsSessionsByDayWithoutGaps) {
  EXPECT_EQ(shop().csv("daily_funnel"),
            "daily,daily_purchased,daily_has_sessions,daily_basket,daily_screen,"
            "daily_conv_purchased,daily_conv_basket,daily_conv_screen,is_partial\n"
            "2021-03-01,1,1,1,0,1.0,1.0,0.0,false\n"
            "2021-03-02,0,0,0,0,,,,false\n"
            "2021-03-03,1,3,2,1,0.3333333333333333,0.6666666666666666,0.3333333333333333,true\n");
}

TEST(Funnels, WeeksAndMonthsAreSumsOfDays) {
  EXPECT_EQ(shop().csv("weekly_funnel"),
            "weekly,weekly_purchased,weekly_has_sessions,weekly_basket,weekly_screen,"
            "weekly_conv_purchased,weekly_conv_basket,weekly_conv_screen,is_partial\n"
            "2021-03-01,2,4,3,1,0.5,0.75,0.25,true\n");
}

TEST(Funnels, HoursAreMeansPerCalendarDay) {
  const std::string csv = shop().csv("hourly_funnel");
  EXPECT_NE(csv.find("\n11,0.3333333333333333,0.6666666666666666,0.6666666666666666,"
                     "0.3333333333333333,0.5,1.0,0.5\n"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find("\n0,0.0,0.0,0.0,0.0,,,\n"), std::string::npos) << csv;
}

TEST(Funnels, CountsEachCustomerOnceAStepFromTheEarliestEvent) {
  // C never comes; A's login lies after as_of and does not exist.
  EXPECT_EQ(shop().csv("daily_funnel_downloads"),
            "daily,daily_purchased,daily_has_sessions,daily_download,daily_signup,daily_login\n"
            "2021-02-28,0,0,1,0,0\n"
            "2021-03-01,1,1,0,1,0\n"
            "2021-03-02,0,0,1,0,0\n"
            "2021-03-03,0,1,1,0,0\n");
}

TEST(Funnels, HourlyCustomerStepsCountOnlyEventsOnTheAxis) {
  // A's download is the day before main's first session.
  const std::string csv = shop().csv("hourly_funnel_downloads");
  EXPECT_NE(csv.find("\n10,0.0,0.0,0.0,0.0,0.0\n"), std::string::npos) << csv;
  EXPECT_NE(csv.find("\n9,0.0,0.0,0.6666666666666666,0.0,0.0\n"), std::string::npos) << csv;
}

TEST(Funnels, OverallPutsCustomerStepsAfterSessionSteps) {
  EXPECT_EQ(shop().csv("overall_funnel"),
            "yearly_purchased,yearly_has_sessions,yearly_basket,yearly_screen,yearly_download,"
            "yearly_signup,yearly_login\n2,4,3,1,3,1,0\n");
}

TEST(Funnels, AnActionOfBothKindsStandsOnceWithTheSessionsValue) {
  const TestShop both({.session_actions = {"login"}, .customer_actions = {"login"}},
                      "order client start amount actions\n1 A 2021-03-01T11:00 no login\n",
                      "client download login\nA 2021-03-01T10:00 2021-03-01T10:30\n");
  EXPECT_EQ(both.csv("overall_funnel"),
            "yearly_purchased,yearly_has_sessions,yearly_login,yearly_download\n0,1,1,1\n");
}

TEST(Funnels, BucketsAreTheWallClockOfTheZone) {
  // 00:30 in London on the Sunday after the change is 23:30 UTC on Saturday.
  const TestShop london(
      {.zone = "Europe/London"},
      "order client start amount\n1 A 2021-03-28T00:30 5\n2 A 2021-03-29T00:30 5\n", "");
  EXPECT_EQ(london.csv("daily_funnel"),
            "daily,daily_purchased,daily_has_sessions,daily_conv_purchased,is_partial\n"
            "2021-03-28,1,1,1.0,false\n2021-03-29,1,1,1.0,true\n");
}

TEST(Funnels, WithoutCustomersTheFirstSessionIsTheDownload) {
  const TestShop orders({}, "order client start amount\n1 A 2021-03-01T11:00 5\n", "");
  EXPECT_EQ(orders.csv("daily_funnel_downloads"),
            "daily,daily_purchased,daily_has_sessions,daily_download\n2021-03-01,1,1,1\n");
}

TEST(Funnels, AWindowCutsBothAxes) {
  EXPECT_EQ(shop().csv("daily_funnel", "main", TestShop::between("2021-03-02", "2021-03-02")),
            "daily,daily_purchased,daily_has_sessions,daily_basket,daily_screen,"
            "daily_conv_purchased,daily_conv_basket,daily_conv_screen,is_partial\n"
            "2021-03-02,0,0,0,0,,,,false\n");
  EXPECT_EQ(shop().csv("daily_funnel_downloads", "main", TestShop::between("2021-03-02", "")),
            "daily,daily_purchased,daily_has_sessions,daily_download,daily_signup,daily_login\n"
            "2021-03-02,0,0,1,0,0\n"
            "2021-03-03,0,1,1,0,0\n");
}

}  // namespace
}  // namespace ca::reports
