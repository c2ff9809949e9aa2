#include "reports/test_shop.h"

namespace ca::reports {
namespace {

const std::string kHeader = "monthly,cohort_size,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,beyond\n";

const char* const kSessions = R"(
  order client start            amount dimension
  1     A      2023-12-31T23:30 20     X
  2     A      2024-01-01T00:15 5      Y
  3     A      2024-02-29T23:45 2.5    X
  4     B      2023-12-01T09:00 -      X
  5     B      2024-01-31T10:00 -3     X
  6     -      2024-01-31T10:00 50     X
  7     C      2024-02-01T10:00 -      Y
  8     D      2024-02-01T10:00 no     Y
)";

TEST(CohortRevenue, AddsUpPaymentsACustomerByMonthSinceTheFirstOrder) {
  const TestShop shop({.zone = "Europe/Berlin", .has_dimension = true}, kSessions, "");
  EXPECT_EQ(shop.csv("cohort_revenue"), kHeader +
                                            "2023-12-01,2,10.0,11.0,12.25,,,,,,,,,,,,,,\n"
                                            "2024-02-01,1,0.0,,,,,,,,,,,,,,,,\n");
  EXPECT_EQ(shop.csv("cohort_revenue", "Y"),
            kHeader + "2024-01-01,1,5.0,5.0,,,,,,,,,,,,,,,\n2024-02-01,1,0.0,,,,,,,,,,,,,,,,\n");
}

TEST(CohortRevenue, AWindowShowsTheCohortsThatBeginInIt) {
  const TestShop shop({.zone = "Europe/Berlin", .has_dimension = true}, kSessions, "");
  EXPECT_EQ(shop.csv("cohort_revenue", "main", TestShop::between("2023-12-02", "2024-02-15")),
            kHeader + "2024-02-01,1,0.0,,,,,,,,,,,,,,,,\n");
  EXPECT_EQ(shop.csv("cohort_revenue", "main", TestShop::between("2023-12-01", "2024-01-31")),
            kHeader + "2023-12-01,2,10.0,11.0,,,,,,,,,,,,,,,\n");
}

TEST(CohortRevenue, WhatIsPastTheFifteenthMonthIsBeyond) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2020-11-30T10:00 1
                         2     A      2022-02-28T10:00 2
                         3     A      2022-03-01T10:00 4
                         4     A      2022-04-01T10:00 8)",
                      "");
  const std::string ones = ",1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0";
  EXPECT_EQ(shop.csv("cohort_revenue"), kHeader + "2020-11-01,1" + ones + ",3.0,12.0\n");
  EXPECT_EQ(shop.csv("cohort_revenue", "main", shop.as_of("2022-02-28")),
            kHeader + "2020-11-01,1" + ones + ",1.0,\n");
}

}  // namespace
}  // namespace ca::reports
