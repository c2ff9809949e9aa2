#include "reports/customer_values.h"

#include "reports/test_shop.h"

namespace ca::reports {
namespace {

const std::string kHeader =
    "client,frequency,recency,monetary,order_count,session_count,segments,first_order_date,"
    "last_order_date\n";

/// A has three purchase days, with two orders on the first; B has two orders on one day; C has an
/// order without a payment; D never bought.
const char* const kSessions = R"(
  order client start            amount dimension
  1     A      2024-03-01T10:00 20     X
  2     A      2024-03-01T18:00 10     X
  3     A      2024-03-03T10:00 -      Y
  4     A      2024-03-04T22:00 30     X
  5     B      2024-03-02T10:00 5      Y
  6     B      2024-03-02T23:00 7      Y
  7     C      2024-03-05T10:00 -      Y
  8     D      2024-03-05T11:00 no     Y
  9     -      2024-03-05T12:00 9      Y
)";

TestShop shop() { return {{.has_dimension = true}, kSessions, ""}; }

TEST(CustomerValues, OfBuyersInByteOrder) {
  EXPECT_EQ(shop().csv("client_kpis"),
            kHeader +
                "A,42.0,14.0,20.0,4,4,champions,2024-03-01T10:00:00,2024-03-04T22:00:00\n"
                "B,,61.0,6.0,2,2,about to sleep,2024-03-02T10:00:00,2024-03-02T23:00:00\n"
                "C,,2.0,,1,1,new customers,2024-03-05T10:00:00,2024-03-05T10:00:00\n");
}

TEST(CustomerValues, OfADimensionAreThoseOfItsSessions) {
  EXPECT_EQ(shop().csv("client_kpis", "X"),
            kHeader + "A,84.0,14.0,20.0,3,3,champions,2024-03-01T10:00:00,2024-03-04T22:00:00\n");
}

TEST(CustomerValues, DoNotDependOnTheBeginOfAWindow) {
  EXPECT_EQ(shop().csv("client_kpis", "main", TestShop::between("2024-03-03", "2024-03-03")),
            shop().csv("client_kpis", "main", TestShop::between("", "2024-03-03")));
}

TEST(CustomerValues, CountElapsedHoursWhereClocksChange) {
  // Clocks of Berlin go forward on 2024-03-31: the day has 23 hours.
  const TestShop shop({.zone = "Europe/Berlin"},
                      "order client start amount\n1 A 2024-03-30T12:00 1\n"
                      "2 A 2024-03-31T12:00 1\n3 B 2024-04-01T12:00 1\n",
                      "");
  EXPECT_EQ(shop.csv("client_kpis"),
            kHeader +
                "A,23.0,24.0,1.0,2,2,champions,2024-03-30T12:00:00,2024-03-31T12:00:00\n"
                "B,,0.0,1.0,1,1,new customers,2024-04-01T12:00:00,2024-04-01T12:00:00\n");
}

TEST(CustomerValues, OfNobodyAreNoRows) {
  const TestShop visits({}, "order client start amount\n1 A 2024-03-01T05:00 no\n", "");
  EXPECT_EQ(visits.csv("client_kpis"), kHeader);
  EXPECT_EQ(values_of(journeys::Journey(), 0).orders, 0);
}

}  // namespace
}  // namespace ca::reports
