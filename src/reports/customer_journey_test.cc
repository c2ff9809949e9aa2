#include "reports/test_shop.h"

namespace ca::reports {
namespace {

const std::string kHeader =
    "hourly order differences,customers` average Purchase Value,order_number,client_count,"
    "median_hours\n";

TEST(CustomerJourney, GoesFromTheDownloadOverTheMeanNumberOfOrdersToAsOf) {
  const TestShop shop({.has_dimension = true}, kFixtureSessions, kFixtureCustomers);
  EXPECT_EQ(shop.csv("customer_journey"), kHeader +
                                              "0.0,0.0,0,4,\n"
                                              "32.0,30.0,1,3,47.0\n"
                                              "151.5,33.333333333333336,2,3,109.5\n"
                                              "262.5,40.0,3,1,111.0\n"
                                              "292.1666666666667,0.0,,3,1.5\n");
  // D bought nothing in Y.
  EXPECT_EQ(shop.csv("customer_journey", "Y"), kHeader +
                                                   "0.0,0.0,0,1,\n"
                                                   "48.0,10.0,1,1,48.0\n"
                                                   "216.0,15.0,2,1,168.0\n"
                                                   "303.5,0.0,,1,87.5\n");
}

TEST(CustomerJourney, IgnoresTheBeginOfAWindow) {
  const TestShop shop({}, kFixtureSessions, kFixtureCustomers);
  EXPECT_EQ(shop.csv("customer_journey", "main", TestShop::between("2021-03-12", "2021-03-14")),
            shop.csv("customer_journey", "main", TestShop::between("", "2021-03-14")));
}

TEST(CustomerJourney, TheMeanNumberOfOrdersRoundsHalfUp) {
  const char* const sessions = R"(order client start            amount
                                  1     A      2021-03-01T10:00 4
                                  2     A      2021-03-01T12:00 -
                                  3     B      2021-03-01T10:00 8)";
  // 1.5 orders a buyer. Nobody paid for a second one, so it has no mean.
  EXPECT_EQ(TestShop({}, sessions, "").csv("customer_journey"), kHeader +
                                                                    "0.0,0.0,0,2,\n"
                                                                    "0.0,6.0,1,2,0.0\n"
                                                                    "2.0,,2,1,2.0\n"
                                                                    "3.0,0.0,,2,1.0\n");
  const TestShop less({}, std::string(sessions) + "\n4 C 2021-03-01T11:00 9", "");
  EXPECT_EQ(less.csv("customer_journey"), kHeader +
                                              "0.0,0.0,0,3,\n"
                                              "0.0,7.0,1,3,0.0\n"
                                              "1.0,0.0,,3,1.0\n");
}

TEST(CustomerJourney, TheFirstStepLeavesOutWhoBoughtBeforeTheDownload) {
  const char* const sessions = R"(order client start            amount
                                  1     A      2021-03-02T08:00 1
                                  2     B      2021-03-02T12:00 1
                                  3     C      2021-03-02T12:00 1)";
  const char* const customers = R"(client download
                                   A      2021-03-02T10:00
                                   B      2021-03-02T09:00
                                   C      -)";
  EXPECT_EQ(TestShop({}, sessions, customers).csv("customer_journey"),
            kHeader + "0.0,0.0,0,2,\n3.0,1.0,1,3,3.0\n4.333333333333333,0.0,,3,0.0\n");
  // Where orders know no hours, A's came on the day of the download: no hours later.
  const char* const days = R"(order client start      amount
                              1     A      2021-03-02 1
                              2     B      2021-03-03 1
                              3     C      2021-03-03 1)";
  EXPECT_EQ(TestShop({}, days, customers).csv("customer_journey"),
            kHeader + "0.0,0.0,0,2,\n7.5,1.0,1,3,7.5\n15.5,0.0,,3,0.0\n");
}

TEST(CustomerJourney, BeginsWithTheFirstOrderWhereThereAreNoDownloads) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-02T08:00 1
                         2     A      2021-03-02T12:00 1)",
                      "client download\nA -\n");
  EXPECT_EQ(shop.csv("customer_journey"),
            kHeader + "0.0,0.0,0,0,\n0.0,1.0,1,1,\n4.0,1.0,2,1,4.0\n4.0,0.0,,1,0.0\n");
}

TEST(CustomerJourney, IsEmptyWhenNobodyBuys) {
  const TestShop shop({},
                      R"(order client start            amount
                         1     A      2021-03-02T08:00 no
                         2     -      2021-03-02T08:00 5)",
                      "client download\nA 2021-03-01\n");
  EXPECT_EQ(shop.csv("customer_journey"), kHeader);
}

TEST(CustomerJourney, ShowsFiftyOrdersAtMost) {
  std::string sessions = "order client start amount\n";
  for (int order = 10; order < 70; ++order) {
    sessions += std::to_string(order) + " A 2021-03-01T11:" + std::to_string(order % 60 / 10) +
                std::to_string(order % 10) + " 1\n";
  }
  const std::string csv = TestShop({}, sessions, "").csv("customer_journey");
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 1 + 1 + 50 + 1);
}

}  // namespace
}  // namespace ca::reports
