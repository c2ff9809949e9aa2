#include "reports/test_shop.h"

namespace ca::reports {
namespace {

std::string header(const std::string& period) {
  return period +
         ",new_customers,new_orders,new_revenue,returning_customers,returning_orders,"
         "returning_revenue,is_partial\n";
}

const char* const kSessions = R"(
  order client start            amount dimension
  1     A      2024-02-28T11:00 20     X
  2     A      2024-02-29T23:30 -      X
  3     A      2024-03-01T00:15 5      Y
  4     B      2024-03-01T09:00 10     Y
  5     B      2024-03-01T10:00 10     Y
  6     -      2024-03-01T10:00 50     Y
  7     C      2024-03-01T10:00 no     Y
)";

TEST(NewAndReturning, PutAllOrdersOfABucketOnTheSideOfTheCustomer) {
  const TestShop shop({.zone = "Europe/Berlin", .has_dimension = true}, kSessions, "");
  EXPECT_EQ(shop.csv("daily_new_and_returning"), header("daily") +
                                                     "2024-02-28,1,1,20.0,0,0,0.0,false\n"
                                                     "2024-02-29,0,0,0.0,1,1,0.0,false\n"
                                                     "2024-03-01,1,2,20.0,1,1,5.0,true\n");
  EXPECT_EQ(shop.csv("weekly_new_and_returning"),
            header("weekly") + "2024-02-26,2,5,45.0,0,0,0.0,true\n");
  EXPECT_EQ(shop.csv("monthly_new_and_returning"), header("monthly") +
                                                       "2024-02-01,1,2,20.0,0,0,0.0,false\n"
                                                       "2024-03-01,1,2,20.0,1,1,5.0,true\n");
  // In Y, A is as new as B.
  EXPECT_EQ(shop.csv("monthly_new_and_returning", "Y"), header("monthly") +
                                                            "2024-02-01,0,0,0.0,0,0,0.0,false\n"
                                                            "2024-03-01,2,3,25.0,0,0,0.0,true\n");
}

TEST(NewAndReturning, AWindowTakesItsOrdersAndRemembersTheFirstOne) {
  const TestShop shop({.zone = "Europe/Berlin"}, kSessions, "");
  EXPECT_EQ(
      shop.csv("monthly_new_and_returning", "main", TestShop::between("2024-02-29", "2024-03-01")),
      header("monthly") + "2024-02-01,1,1,0.0,0,0,0.0,true\n2024-03-01,1,2,20.0,1,1,5.0,true\n");
}

TEST(NewAndReturning, HaveEveryBucketWhereClocksChange) {
  for (const auto& [zone, change] : {std::pair("Europe/Berlin", day_from_civil(2021, 10, 31)),
                                     std::pair("America/New_York", day_from_civil(2021, 11, 7))}) {
    const TestShop shop({.zone = zone},
                        "order client start amount\n1 A " + format_day(change) + "T00:00 1\n2 A " +
                            format_day(change) + "T23:59 2\n3 A " + format_day(change + 2) +
                            "T00:00 4\n",
                        "");
    EXPECT_EQ(shop.csv("daily_new_and_returning"),
              header("daily") + format_day(change) + ",1,2,3.0,0,0,0.0,false\n" +
                  format_day(change + 1) + ",0,0,0.0,0,0,0.0,false\n" + format_day(change + 2) +
                  ",0,0,0.0,1,1,4.0,true\n");
    EXPECT_EQ(shop.csv("weekly_new_and_returning"),
              header("weekly") + format_day(change - 6) + ",1,2,3.0,0,0,0.0,false\n" +
                  format_day(change + 1) + ",0,0,0.0,1,1,4.0,true\n");
  }
}

}  // namespace
}  // namespace ca::reports
