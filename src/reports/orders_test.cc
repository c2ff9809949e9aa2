#include "reports/test_shop.h"

namespace ca::reports {
namespace {

TEST(Orders, CountsOrdersAndAddsPaymentsExactly) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-12-31T23:00 0.1
                         2     B      2021-12-31T23:30 0.2
                         3     B      2022-01-02T08:00 -
                         4     C      2022-01-02T08:30 -5
                         5     C      2022-01-02T09:00 no)",
                      "");
  EXPECT_EQ(shop.csv("daily_orders"),
            "daily,orders,is_partial\n2021-12-31,2,false\n2022-01-01,0,false\n2022-01-02,2,true\n");
  EXPECT_EQ(shop.csv("daily_revenue"),
            "daily,payment_amount,is_partial\n2021-12-31,0.30000000000000004,false\n"
            "2022-01-01,0.0,false\n2022-01-02,-5.0,true\n");
  EXPECT_EQ(shop.csv("monthly_orders"),
            "monthly,orders,is_partial\n2021-12-01,2,false\n2022-01-01,2,true\n");
  EXPECT_EQ(shop.csv("weekly_orders"), "weekly,orders,is_partial\n2021-12-27,4,true\n");
}

TEST(Orders, HoursAreMeansOfOrdersAndTotalsOfRevenue) {
  const TestShop shop(
      {}, "order client start amount\n1 A 2021-03-01T05:00 4\n2 A 2021-03-02T05:00 6\n", "");
  EXPECT_NE(shop.csv("hourly_orders").find("\n5,1.0\n"), std::string::npos);
  EXPECT_NE(shop.csv("hourly_revenue").find("\n5,10.0\n"), std::string::npos);
}

TEST(Orders, ABucketIsCompleteWhenItsLastMicrosecondIsReached) {
  const char* const sessions = "order client start amount\n1 A 2021-03-01T05:00 4\n";
  const TestShop shop({}, sessions, "");
  EXPECT_EQ(shop.csv("daily_orders", "main", shop.as_of("2021-03-01T23:59:59.999998")),
            "daily,orders,is_partial\n2021-03-01,1,true\n");
  EXPECT_EQ(shop.csv("daily_orders", "main", shop.as_of("2021-03-01T23:59:59.999999")),
            "daily,orders,is_partial\n2021-03-01,1,false\n");
}

TEST(Orders, NothingLaterThanAsOfExists) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T05:00 4
                         2     A      2021-03-01T06:00 5
                         3     A      2021-03-01T06:00 6
                         4     A      2021-03-01T07:00 7)",
                      "");
  EXPECT_EQ(shop.csv("daily_revenue", "main", shop.as_of("2021-03-01T06:00")),
            "daily,payment_amount,is_partial\n2021-03-01,15.0,true\n");
  EXPECT_EQ(shop.csv("daily_orders", "main", shop.as_of("2021-02-01T00:00")),
            "daily,orders,is_partial\n");
}

TEST(Orders, AWindowThatCutsAWeekMarksItPartial) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T05:00 4
                         2     A      2021-03-04T06:00 5
                         3     A      2021-03-20T06:00 6)",
                      "");
  EXPECT_EQ(shop.csv("weekly_orders", "main", TestShop::between("2021-03-03", "2021-03-14")),
            "weekly,orders,is_partial\n2021-03-01,1,true\n2021-03-08,0,false\n");
}

}  // namespace
}  // namespace ca::reports
