#include "reports/test_shop.h"

namespace ca::reports {
namespace {

/// One customer orders with b twice and once with a; an order without a client; an order without
/// a payment; a session that has a promotion and bought nothing.
const char* const kSessions = R"(
  order client start            amount discount promotion dimension
  1     A      2024-02-28T11:00 20     1        b         X
  2     A      2024-02-28T12:00 10     -        b         X
  3     A      2024-03-01T11:30 5      2        a         Y
  4     B      2024-03-01T09:00 10     -        -         Y
  5     -      2024-03-01T11:00 50     3        b         Y
  6     C      2024-03-01T11:00 -      -        a         Y
  7     C      2024-03-01T12:00 no     -        a         Y
)";

TestShop shop() { return {{.has_dimension = true}, kSessions, ""}; }

TEST(Promotions, ByDayHaveRowsWhereTheyWereUsed) {
  EXPECT_EQ(shop().csv("inorganic_orders_per_promotion_per_day"),
            "daily,promotion_id,order_count\n"
            "2024-02-28,b,2\n"
            "2024-03-01,a,2\n"
            "2024-03-01,b,1\n");
  EXPECT_EQ(shop().csv("daily_inorganic_ratio"),
            "daily,promotion_id,total_order_count,order_count,inorganic_ratio\n"
            "2024-02-28,b,2,2,1.0\n"
            "2024-03-01,a,4,2,0.5\n"
            "2024-03-01,b,4,1,0.25\n");
  EXPECT_EQ(shop().csv("daily_promotion_revenue"),
            "daily,promotion_id,total_revenue\n"
            "2024-02-28,b,30.0\n"
            "2024-03-01,a,5.0\n"
            "2024-03-01,b,50.0\n");
  EXPECT_EQ(shop().csv("daily_promotion_discount"),
            "daily,promotion_id,total_discount\n"
            "2024-02-28,b,1.0\n"
            "2024-03-01,a,2.0\n"
            "2024-03-01,b,3.0\n");
}

TEST(Promotions, OrganicOrdersHaveEveryDayAndHour) {
  EXPECT_EQ(shop().csv("daily_organic_orders"),
            "daily,order_count,is_partial\n"
            "2024-02-28,0,false\n"
            "2024-02-29,0,false\n"
            "2024-03-01,1,true\n");
  const std::string hours = shop().csv("hourly_organic_orders");
  EXPECT_NE(hours.find("\n8,organic,0.0,0\n9,organic,0.3333333333333333,1\n10,organic,0.0,0\n"),
            std::string::npos)
      << hours;
  EXPECT_EQ(std::ranges::count(hours, '\n'), 25);
}

TEST(Promotions, ByHourOfDay) {
  EXPECT_EQ(shop().csv("inorganic_orders_per_promotion_per_hour"),
            "hourly,promotion_id,order_count,order_count_total\n"
            "11,a,0.6666666666666666,2\n"
            "11,b,0.6666666666666666,2\n"
            "12,b,0.3333333333333333,1\n");
  EXPECT_EQ(shop().csv("hourly_inorganic_ratio"),
            "hourly,promotion_id,total_order_count,order_count,inorganic_ratio\n"
            "11,a,4,2,0.5\n"
            "11,b,4,2,0.5\n"
            "12,b,1,1,1.0\n");
}

TEST(Promotions, CustomersCountOnceAndNobodyIsNoCustomer) {
  EXPECT_EQ(shop().csv("promotion_number_of_customer"), "promotion_id,client_count\na,2\nb,1\n");
  EXPECT_EQ(shop().csv("avg_order_count_per_promo_per_cust"),
            "promotion_id,average_order_count\na,1.0\nb,2.0\n");
  EXPECT_EQ(shop().csv("avg_order_count_per_promo_per_cust", "X"),
            "promotion_id,average_order_count\nb,2.0\n");
  // In Y only the order without a client has b.
  EXPECT_EQ(shop().csv("avg_order_count_per_promo_per_cust", "Y"),
            "promotion_id,average_order_count\na,1.0\nb,\n");
}

TEST(Promotions, KeyFiguresAreMeansOfTheDaysWithAnOrder) {
  EXPECT_EQ(shop().csv("promotion_kpis"),
            "promotion_id,order_count,total_revenue,total_discount,client_count,order_count_total,"
            "active_days\n"
            "a,2.0,5.0,2.0,2,2,1\n"
            "b,1.5,40.0,2.0,1,3,2\n");
}

TEST(Promotions, AWindowTakesItsOrders) {
  EXPECT_EQ(shop().csv("promotion_kpis", "main", TestShop::between("2024-02-29", "2024-03-01")),
            "promotion_id,order_count,total_revenue,total_discount,client_count,order_count_total,"
            "active_days\n"
            "a,2.0,5.0,2.0,2,2,1\n"
            "b,1.0,50.0,3.0,0,1,1\n");
  EXPECT_EQ(shop().csv("inorganic_orders_per_promotion_per_hour", "main",
                       TestShop::between("2024-02-28", "2024-02-28")),
            "hourly,promotion_id,order_count,order_count_total\n11,b,1.0,1\n12,b,1.0,1\n");
}

TEST(Promotions, StandInByteOrder) {
  const TestShop shop({},
                      "order client start amount promotion\n"
                      "1 A 2024-03-01T09:00 1 é\n2 A 2024-03-01T09:00 1 z\n"
                      "3 A 2024-03-01T09:00 1 Z\n4 A 2024-03-01T09:00 1 10\n"
                      "5 A 2024-03-01T09:00 1 9\n",
                      "");
  EXPECT_EQ(shop.csv("promotion_number_of_customer"),
            "promotion_id,client_count\n10,1\n9,1\nZ,1\nz,1\né,1\n");
}

TEST(Promotions, WithoutDiscountsHaveSparedNothing) {
  const TestShop shop({.has_discount = false},
                      "order client start amount promotion\n1 A 2024-03-01T09:00 4 a\n", "");
  EXPECT_EQ(shop.csv("daily_promotion_discount"), "absent");
  EXPECT_EQ(shop.csv("promotion_kpis"),
            "promotion_id,order_count,total_revenue,total_discount,client_count,order_count_total,"
            "active_days\n"
            "a,1.0,4.0,0.0,1,1,1\n");
}

TEST(Promotions, OfAShopThatNeverUsedOneAreEmpty) {
  const TestShop shop({}, "order client start amount\n1 A 2024-03-01T09:00 4\n", "");
  EXPECT_EQ(shop.csv("promotion_kpis"),
            "promotion_id,order_count,total_revenue,total_discount,client_count,order_count_total,"
            "active_days\n");
  EXPECT_EQ(shop.csv("daily_organic_orders"), "daily,order_count,is_partial\n2024-03-01,1,true\n");
}

}  // namespace
}  // namespace ca::reports
