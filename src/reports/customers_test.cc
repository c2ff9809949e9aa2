#include "reports/test_shop.h"

namespace ca::reports {
namespace {

const char* const kSessions = R"(
  order client start            amount discount dimension
  1     A      2021-03-01T11:00 20     1        X
  2     A      2021-03-02T11:00 no     -        X
  3     A      2021-03-04T20:00 30     3        Y
  4     B      2021-03-04T09:00 10     -        Y
  5     B      2021-03-15T09:00 -      -        Y
  6     -      2021-03-15T10:00 50     2        X
)";

TestShop shop() { return TestShop({.has_dimension = true}, kSessions, ""); }

TEST(WeeklyAverages, AreMeansOverTheCustomersOfTheWeekAndEmptyWithoutThem) {
  EXPECT_EQ(shop().csv("weekly_average_session_per_user"),
            "weekly,sessions,client_count\n2021-03-01,2.0,2\n2021-03-08,,0\n2021-03-15,1.0,1\n");
  EXPECT_EQ(shop().csv("weekly_average_order_per_user"),
            "weekly,orders,client_count\n2021-03-01,1.5,2\n2021-03-08,,0\n2021-03-15,1.0,1\n");
}

TEST(WeeklyAverages, ThePaymentIsAMeanOverPaymentsAlsoOfNobody) {
  EXPECT_EQ(shop().csv("weekly_average_payment_amount"),
            "weekly,payment_amount,client_count,payment_count\n"
            "2021-03-01,20.0,2,3\n2021-03-08,,0,0\n2021-03-15,50.0,1,1\n");
}

TEST(OrderCounts, CountsCustomersByTheirOrders) {
  EXPECT_EQ(shop().csv("user_counts_per_order_seq"),
            "order_seq_num,frequency,reached\n1,0,2\n2,2,2\n");
  EXPECT_EQ(shop().csv("user_counts_per_order_seq", "X"),
            "order_seq_num,frequency,reached\n1,1,1\n");
  const TestShop visits({}, "order client start amount\n1 A 2021-03-01T05:00 no\n", "");
  EXPECT_EQ(visits.csv("user_counts_per_order_seq"), "order_seq_num,frequency,reached\n");
}

TEST(OrderCounts, IgnoreTheBeginOfAWindow) {
  EXPECT_EQ(shop().csv("user_counts_per_order_seq", "main",
                       TestShop::between("2021-03-04", "2021-03-04")),
            "order_seq_num,frequency,reached\n1,1,2\n2,1,1\n");
}

TEST(CustomerOrders, ListsBuyersInByteOrder) {
  EXPECT_EQ(shop().csv("total_order_count_per_customer"), "client,order_count\nA,2\nB,2\n");
  EXPECT_EQ(shop().csv("total_order_count_per_customer", "Y"), "client,order_count\nA,1\nB,2\n");
}

TEST(Kpis, TotalsTheLastWeekAndTheOneBefore) {
  // as_of is 2021-03-15 10:00, so the two weeks begin after 2021-03-08 10:00 and 2021-03-01 10:00.
  EXPECT_EQ(shop().csv("kpis"),
            "total_orders,total_visits,total_visitors,total_unique_ordered_clients,total_revenue,"
            "total_discount,since_last_week_orders,since_last_week_revenue,"
            "since_last_week_total_visitors,since_last_week_total_discount,"
            "average_basket_value_per_user,conversion_rate,last_week_orders,last_week_revenue,"
            "last_week_visitors,last_week_discount,previous_week_orders,previous_week_revenue,"
            "previous_week_visitors,previous_week_discount\n"
            "5,6,2,2,110.0,6.0,-33.333333333333336,-16.666666666666668,-50.0,-50.0,17.5,"
            "0.8333333333333334,2,50.0,1,2.0,3,60.0,2,4.0\n");
}

TEST(Kpis, AChangeFromNothingIsEmptyAndSoIsAnUnmappedDiscount) {
  const TestShop one({.has_discount = false}, "order client start amount\n1 A 2021-03-01T05:00 9\n",
                     "");
  EXPECT_NE(one.csv("kpis").find("\n1,1,1,1,9.0,0.0,,,,,9.0,1.0,1,9.0,1,0.0,0,0.0,0,0.0\n"),
            std::string::npos)
      << one.csv("kpis");
}

TEST(Kpis, TheWeekBeginsAfter168Hours) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T05:00 1
                         2     B      2021-03-01T05:01 2
                         3     C      2021-03-08T05:00 4)",
                      "");
  // The first order lies exactly 168 hours before as_of and belongs to the week before.
  EXPECT_NE(shop.csv("kpis").find(",2,6.0,2,0.0,1,1.0,1,0.0\n"), std::string::npos)
      << shop.csv("kpis");
}

TEST(DimensionValues, ListEveryValueAndEveryDay) {
  EXPECT_EQ(shop().csv("dimension_kpis"),
            "dimension,order_count,payment_amount,discount_amount,client_count,session_count,"
            "visitor_count\nX,2,70.0,3.0,1,3,1\nY,3,40.0,3.0,2,3,2\n");
  const std::string daily =
      shop().csv("daily_dimension_values", "main", TestShop::between("", "2021-03-02"));
  EXPECT_EQ(daily, "absent");  // up to then there is only X, and one value is no dimension
  EXPECT_NE(shop()
                .csv("daily_dimension_values")
                .find("\nX,2021-03-04,0,0.0,0.0,0,0\nY,2021-03-04,2,40.0,3.0,2,2\nX,2021-03-05,"),
            std::string::npos);
}

TEST(DimensionValues, BeyondTwoHundredAreOther) {
  std::string sessions = "order client start amount dimension\n";
  for (int value = 0; value < 205; ++value) {
    const int visits = value < 3 ? 1 : 2;  // the three smallest, and by ties the last in bytes
    for (int visit = 0; visit < visits; ++visit) {
      sessions += std::to_string(1000 * value + visit) + " C" + std::to_string(value) +
                  " 2021-03-01T05:00 1 v" + std::to_string(100 + value) + "\n";
    }
  }
  const TestShop shop({.has_dimension = true}, sessions, "");
  const std::string csv = shop.csv("dimension_kpis");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 201);
  // v100, v101, v102 have one session each; of those with two, v303 and v304 come last.
  EXPECT_NE(csv.find("\n(other),7,7.0,0.0,5,7,5\n"), std::string::npos) << csv.substr(0, 300);
  EXPECT_EQ(csv.find("\nv100,"), std::string::npos);
  EXPECT_EQ(csv.find("\nv304,"), std::string::npos);
  EXPECT_NE(csv.find("\nv302,"), std::string::npos);
}

TEST(DimensionValues, OneValueIsNoDimension) {
  const TestShop one({.has_dimension = true},
                     "order client start amount dimension\n1 A 2021-03-01T05:00 9 X\n", "");
  EXPECT_EQ(one.csv("dimension_kpis"), "absent");
  EXPECT_EQ(one.csv("daily_orders", "X"), "absent");
}

TEST(PurchaseAmounts, TwentyBinsAndTheLastIsClosed) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T05:00 0
                         2     A      2021-03-01T06:00 10
                         3     B      2021-03-01T07:00 20
                         4     B      2021-03-01T08:00 19
                         5     C      2021-03-01T09:00 -)",
                      "");
  const std::string csv = shop.csv("purchase_amount_distribution");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 20);
  EXPECT_TRUE(
      csv.starts_with("payment_bins,orders,client_count,bin_to\n0.0,1,0,1.0\n1.0,0,0,2.0\n"));
  EXPECT_NE(csv.find("\n5.0,0,1,6.0\n"), std::string::npos) << csv;    // A's mean
  EXPECT_NE(csv.find("\n10.0,1,0,11.0\n"), std::string::npos) << csv;  // a lower edge belongs to it
  EXPECT_TRUE(csv.ends_with("\n19.0,2,1,20.0\n")) << csv;              // B's mean is 19.5
}

TEST(PurchaseAmounts, OneBinForEqualPaymentsAndNoneWithoutAny) {
  const TestShop equal(
      {}, "order client start amount\n1 A 2021-03-01T05:00 7\n2 B 2021-03-01T05:00 7\n", "");
  EXPECT_EQ(equal.csv("purchase_amount_distribution"),
            "payment_bins,orders,client_count,bin_to\n7.0,2,2,7.0\n");
  const TestShop none({}, "order client start amount\n1 A 2021-03-01T05:00 -\n", "");
  EXPECT_EQ(none.csv("purchase_amount_distribution"), "payment_bins,orders,client_count,bin_to\n");
}

TEST(PurchaseAmounts, HugeAndNegativePaymentsStayInTheirBins) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-01T05:00 -1000000000000000
                         2     A      2021-03-01T06:00 1000000000000000
                         3     B      2021-03-01T07:00 0)",
                      "");
  const std::string csv = shop.csv("purchase_amount_distribution");
  EXPECT_NE(csv.find("\n0.0,1,2,100000000000000.0\n"), std::string::npos) << csv;
}

}  // namespace
}  // namespace ca::reports
