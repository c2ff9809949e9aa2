// The demo shop's slow hours and places against its own truth (truth.json): they are found, and few
// others are.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "demo/generate.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

runs::RunOptions only_deliveries() {
  runs::RunOptions options;
  options.only = {"ingest", "quality", "journeys", "exploratory", "deliveries", "publish"};
  return options;
}

/// A demo shop, loaded once for all tests.
struct DemoShop {
  DemoShop() {
    demo::GenerateOptions options;
    options.folder = folder.path() / "demo";
    options.customers = 8'000;
    demo::generate(options, no_progress(), Cancellation());
    truth = nlohmann::json::parse(read_text(options.folder / "truth.json")).at("deliveries");
    shop = std::make_unique<TestShop>(options.folder / "connect.toml");
    const runs::RunOutcome outcome = runs::run(shop->home(), shop->workspace(), only_deliveries(),
                                               no_progress(), Cancellation());
    EXPECT_EQ(outcome.state, workspace::RunState::kSucceeded);
  }

  std::set<std::string> planted_places() const {
    std::set<std::string> places;
    for (const auto& place : truth.at("slow_places"))
      places.insert(place.at("geohash").get<std::string>());
    return places;
  }
  std::set<std::int64_t> planted_hours() const {
    std::set<std::int64_t> hours;
    for (const auto& hour : truth.at("slow_hours"))
      hours.insert(hour.at("hour_of_order").get<std::int64_t>());
    return hours;
  }

  TemporaryFolder folder;
  nlohmann::json truth;
  std::unique_ptr<TestShop> shop;
};

DemoShop& demo_shop() {
  static DemoShop shop;
  return shop;
}

bool is_set(const Column& column, std::size_t row) {
  return !column.is_null(row) && column.integer(row) == 1;
}

/// (weekday, hour) of the cells that are marked.
std::set<std::pair<std::int64_t, std::int64_t>> slow_cells(const std::string& leg) {
  const Table table = demo_shop().shop->report(leg + "_weekday_hour_cells");
  std::set<std::pair<std::int64_t, std::int64_t>> cells;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (is_set(*table.find("weekday_hour_anomaly"), row)) {
      cells.emplace(table.find("isoweekday")->integer(row), table.find("hour")->integer(row));
    }
  }
  return cells;
}

std::set<std::string> slow_places(const std::string& leg) {
  const Table table = demo_shop().shop->report(leg + "_location");
  std::set<std::string> places;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (is_set(*table.find("location_anomaly"), row)) {
      places.insert(table.find("geohash")->text(row));
    }
  }
  return places;
}

TEST(Planted, SlowHoursAreFoundWhereOrdersArePrepared) {
  const std::set<std::int64_t> planted = demo_shop().planted_hours();
  ASSERT_EQ(planted.size(), 2U);
  for (const char* leg : {"prepare", "deliver"}) {
    std::size_t others = 0;
    std::size_t found = 0;
    for (const auto& [weekday, hour] : slow_cells(leg)) {
      ++(planted.contains(hour) ? found : others);
    }
    EXPECT_EQ(found, 14U) << leg;  // seven weekdays of two hours
    EXPECT_LE(others, 1U) << leg;
  }
  for (const char* leg : {"ride", "returns"}) EXPECT_LE(slow_cells(leg).size(), 2U) << leg;
}

TEST(Planted, SlowPlacesAreFoundOnTheRide) {
  const std::set<std::string> planted = demo_shop().planted_places();
  ASSERT_EQ(planted.size(), 7U);
  for (const char* leg : {"ride", "deliver", "returns"}) {
    const std::set<std::string> found = slow_places(leg);
    EXPECT_TRUE(std::ranges::includes(found, planted)) << leg;
    EXPECT_LE(found.size(), planted.size() + 2) << leg;  // of 480, 5 % of what is found by chance
  }
  EXPECT_LE(slow_places("prepare").size(), 1U);
}

TEST(Planted, AbnormalOrdersAreThoseOfSlowHoursToSlowPlaces) {
  const Table table = demo_shop().shop->report("deliver");
  const std::set<std::string> places = demo_shop().planted_places();
  const std::set<std::int64_t> hours = demo_shop().planted_hours();
  ASSERT_GT(table.rows(), 100U);
  std::size_t others = 0;
  std::map<std::pair<std::string, std::string>, std::int64_t> by_week;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool is_planted = hours.contains(table.find("hour")->integer(row)) &&
                            !table.find("geohash")->is_null(row) &&
                            places.contains(table.find("geohash")->text(row));
    others += is_planted ? 0 : 1;
    EXPECT_EQ(table.find("weekday_hour_anomaly")->integer(row), 1);
    EXPECT_TRUE(is_set(*table.find("location_anomaly"), row) ||
                is_set(*table.find("customer_anomaly"), row));
  }
  EXPECT_LE(others, table.rows() / 10);

  std::int64_t abnormal = 0;
  const Table locations = demo_shop().shop->report("deliver_location");
  for (std::size_t row = 0; row < locations.rows(); ++row) {
    abnormal += locations.find("abnormal_count")->integer(row);
  }
  std::int64_t with_place = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    with_place += table.find("geohash")->is_null(row) ? 0 : 1;
  }
  EXPECT_EQ(abnormal, with_place);
}

TEST(Planted, DimensionValuesShareOutTheOrders) {
  const auto orders = [&](const std::string& population) {
    const Table table = demo_shop().shop->report("deliver_weekday_hour_cells", population);
    std::int64_t count = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      count += table.find("order_count")->integer(row);
    }
    return count;
  };
  std::int64_t of_values = 0;
  for (const auto& population : demo_shop().shop->manifest().populations) {
    if (!population.is_main) of_values += orders(population.name);
  }
  EXPECT_GT(of_values, 0);
  EXPECT_EQ(of_values, orders("main"));
}

}  // namespace
}  // namespace ca::tests
