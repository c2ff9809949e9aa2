// Shops whose deliveries are odd: every run succeeds, and tables say what there is.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "base/writers.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

/// Sixty orders of ten customers; `delivery_of` gives the cells of each one's delivery.
std::map<std::string, std::string> shop_of(
    const std::function<std::string(int order, int day)>& delivery_of,
    const std::string& settings = "") {
  std::string sessions = "id,client,start,paid,city\n";
  std::string deliveries = "id,delivered,prepared,returned,lat,lon\n";
  for (int i = 0; i < 60; ++i) {
    const int day = 1 + i % 28;
    sessions += fmt::format("o{},c{},2024-03-{:02} 10:00,5,{}\n", i, i % 10, day, i % 2);
    const std::string cells = delivery_of(i, day);
    if (!cells.empty()) deliveries += fmt::format("o{},{}\n", i, cells);
  }
  return {{"sessions.csv", sessions}, {"deliveries.csv", deliveries}, {"connect.toml", R"(
[workspace]
timezone = "UTC"
[sessions]
path = "sessions.csv"
columns = { order_id = "id", client = "client", session_start_date = "start", payment_amount = "paid", dimension = "city" }
[deliveries]
path = "deliveries.csv"
columns = { order_id = "id", delivery_date = "delivered", prepare_date = "prepared", return_date = "returned", latitude = "lat", longitude = "lon" }
)" + settings}};
}

void run(TestShop& shop) {
  runs::RunOptions options;
  options.only = {"ingest", "quality", "journeys", "exploratory", "deliveries", "publish"};
  const runs::RunOutcome outcome =
      runs::run(shop.home(), shop.workspace(), options, no_progress(), Cancellation());
  ASSERT_EQ(outcome.state, workspace::RunState::kSucceeded);
}

std::string kpis(const TestShop& shop, const std::string& population = "main") {
  const std::string text = to_csv(shop.report("deliver_kpis", population), Zone::utc());
  return text.substr(text.find('\n') + 1);
}

TEST(OddDeliveries, AllAreEqual) {
  TestShop shop(shop_of([](int, int day) {
    return fmt::format("2024-03-{0:02} 10:30,2024-03-{0:02} 10:10,2024-03-{0:02} 10:45,41,29", day);
  }));
  run(shop);
  EXPECT_EQ(kpis(shop), "30.0,10.0,20.0,15.0,1,30.0,30.0,10.0,10.0,20.0,20.0,15.0,15.0,shrunken\n");
  EXPECT_EQ(kpis(shop, "1"), kpis(shop));
  for (const char* leg : {"deliver", "prepare", "ride", "returns"}) {
    EXPECT_EQ(shop.report(leg).rows(), 0U);
    const Table map = shop.report(fmt::format("{}_weekday_hour", leg));
    EXPECT_EQ(map.rows(), 24U);
    for (std::size_t day = 1; day <= 7; ++day) EXPECT_EQ(map.column(day).real(10), 0) << leg;
  }
}

TEST(OddDeliveries, ThereIsOne) {
  TestShop shop(
      shop_of([](int order, int) { return order == 7 ? "2024-03-08 10:20,,,41,29" : ""; }));
  run(shop);
  EXPECT_EQ(kpis(shop), "20.0,,,,1,20.0,20.0,,,,,,,shrunken\n");
  EXPECT_EQ(kpis(shop, "0"), ",,,,0,,,,,,,,,shrunken\n");
  EXPECT_EQ(shop.report("deliver_location").rows(), 1U);
  EXPECT_EQ(shop.report("ride_location").rows(), 0U);
}

TEST(OddDeliveries, NoneIsLeftThatCanBe) {
  TestShop shop(shop_of([](int order, int day) {
    return order % 2 == 0 ? fmt::format("2024-03-{:02} 09:30,,,0,0", day)
                          : std::string("2024-06-01 10:00,,,95,29");
  }));
  run(shop);
  EXPECT_EQ(kpis(shop), ",,,,0,,,,,,,,,shrunken\n");
  EXPECT_EQ(shop.report("deliver_location").rows(), 0U);
  const Table map = shop.report("deliver_weekday_hour");
  EXPECT_EQ(map.rows(), 24U);
  for (std::size_t day = 1; day <= 7; ++day) EXPECT_TRUE(map.column(day).is_null(10));
}

TEST(OddDeliveries, ThereAreNone) {
  TestShop shop(shop_of([](int, int) { return ""; }));
  run(shop);
  EXPECT_EQ(kpis(shop), ",,,,0,,,,,,,,,shrunken\n");
  EXPECT_EQ(shop.report("deliver_weekday_hour").rows(), 24U);
  EXPECT_EQ(shop.report("deliver").rows(), 0U);
}

TEST(OddDeliveries, TheLongestAllowedIsConfigured) {
  const auto delivery = [](int order, int day) {
    return fmt::format("2024-03-{:02} {},,,41,29", day, order == 0 ? "13:00" : "10:30");
  };
  TestShop day(shop_of(delivery));
  run(day);
  TestShop hours(shop_of(delivery, "[delivery]\nmax_hours = 2\n"));
  run(hours);
  EXPECT_EQ(kpis(day).substr(0, 4), "32.5");
  EXPECT_EQ(kpis(hours).substr(0, 5), "30.0,");
}

TEST(OddDeliveries, RowsInAnotherOrderGiveTheSameBytes) {
  auto files = shop_of([](int order, int day) {
    return fmt::format("2024-03-{0:02} 10:{1},2024-03-{0:02} 10:05,,{2},29", day,
                       10 + order * 7 % 50, 41 + 0.01 * (order % 5));
  });
  TestShop one(files);
  run(one);
  for (const char* name : {"sessions.csv", "deliveries.csv"}) {
    std::string& text = files.at(name);
    const std::size_t header = text.find('\n') + 1;
    std::vector<std::string> lines;
    for (std::size_t at = header; at < text.size();) {
      const std::size_t end = text.find('\n', at) + 1;
      lines.push_back(text.substr(at, end - at));
      at = end;
    }
    text.resize(header);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) text += *line;
  }
  TestShop other(files);
  run(other);
  EXPECT_EQ(differing(one.bytes(), other.bytes()), "");
}

}  // namespace
}  // namespace ca::tests
