#include "demo/rows.h"

#include <gtest/gtest.h>

#include <set>

namespace ca::demo {
namespace {

std::string pounds(std::int64_t pence) {
  std::string text;
  append_pounds(text, pence);
  return text;
}

TEST(Rows, MoneyIsExact) {
  EXPECT_EQ(pounds(0), "0.00");
  EXPECT_EQ(pounds(5), "0.05");
  EXPECT_EQ(pounds(123456789012345), "1234567890123.45");
  EXPECT_EQ(pounds(-1234), "-12.34");
}

TEST(Rows, KeysOfCustomersAreDifferent) {
  std::set<std::string> keys;
  for (std::uint64_t customer = 0; customer < 200'000; ++customer) {
    std::string key;
    append_customer_key(key, 1, customer);
    EXPECT_EQ(key.size(), 8U);
    keys.insert(std::move(key));
  }
  EXPECT_EQ(keys.size(), 200'000U);
}

class RowWriterTest : public ::testing::Test {
 protected:
  Shop shop = make_shop(day_from_civil(2024, 1, 1), 731, 1);
  RowWriter writer{shop};
  Rows rows;
  Totals totals;
};

TEST_F(RowWriterTest, WritesAVisitWithoutPurchase) {
  Visit visit;
  visit.start = 31 * kSecondsPerDay + 36'005;
  visit.seconds = 65;
  visit.steps = kViewed;
  visit.city = 3;
  writer.visit(visit, 41, rows, totals);
  std::string key;
  append_customer_key(key, 1, 0);
  EXPECT_EQ(rows.sessions,
            "10000042," + key + ",2024-02-01 10:00:05,2024-02-01 10:01:10,0,1,0,0,,,,Leeds\n");
  EXPECT_EQ(rows.products + rows.deliveries, "");
  EXPECT_EQ(totals.sessions, 1);
  EXPECT_EQ(totals.orders, 0);
}

TEST_F(RowWriterTest, WritesARefundAsANegativePaymentWithoutABasket) {
  Visit visit;
  visit.start = 36'000;
  visit.steps = kPurchased | kRefund;
  visit.cents = -250;
  writer.visit(visit, 0, rows, totals);
  EXPECT_NE(rows.sessions.find(",1,0,0,0,-2.50,,,London\n"), std::string::npos) << rows.sessions;
  EXPECT_EQ(rows.products + rows.deliveries, "");
  EXPECT_EQ(totals.refunds, 1);
  EXPECT_EQ(totals.revenue, -250);
}

TEST_F(RowWriterTest, DeliversToSlowPlacesAndInSlowHoursLater) {
  double rides[2] = {};
  double preparations[2] = {};
  int counts[2][2] = {};
  const auto seconds = [](const std::string& row, std::size_t cell) {
    std::size_t at = 0;
    for (; cell > 0; --cell) at = row.find(',', at) + 1;
    return row[at] == ','
               ? -1
               : std::stoi(row.substr(at + 11, 2)) * 3600 + std::stoi(row.substr(at + 14, 2)) * 60 +
                     std::stoi(row.substr(at + 17, 2));
  };
  for (std::uint32_t customer = 0; customer < 30'000; ++customer) {
    const Home home = home_of(shop, customer);
    Visit visit;
    visit.customer = customer;
    visit.start = (customer % 2 == 0 ? 10 : 12) * 3600;
    visit.cents = 2000;
    visit.steps = kPurchased;
    visit.city = home.city;
    rows.deliveries.clear();
    writer.visit(visit, customer, rows, totals);
    if (rows.deliveries.empty()) continue;
    const int prepared = seconds(rows.deliveries, 1);
    if (prepared < 0) continue;
    const std::size_t is_slow_place = shop.cities[home.city].places[home.place].is_slow ? 1 : 0;
    const std::size_t is_slow_hour = customer % 2;
    rides[is_slow_place] += seconds(rows.deliveries, 2) - prepared;
    preparations[is_slow_hour] += prepared - static_cast<int>(visit.start);
    ++counts[0][is_slow_place];
    ++counts[1][is_slow_hour];
  }
  ASSERT_GT(counts[0][1], 300);
  EXPECT_NEAR((rides[1] / counts[0][1]) / (rides[0] / counts[0][0]), kSlowPlaceFactor, 0.1);
  EXPECT_NEAR((preparations[1] / counts[1][1]) / (preparations[0] / counts[1][0]), kSlowHourFactor,
              0.05);
}

}  // namespace
}  // namespace ca::demo
