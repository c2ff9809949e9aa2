// Real deliveries of meals in Indian cities. The file has a duration and places, and no moments: so
// each row becomes an order with an invented start. Broken coordinates must be put aside, and
// counted as a count made here says.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/sql.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kFile = kRealData / "food_delivery" / "deliverytime.csv.gz";

struct Meal {
  double latitude, longitude;
  std::int64_t minutes;
  bool is_near_zero() const { return std::abs(latitude) < 1 && std::abs(longitude) < 1; }
  bool is_negative() const { return latitude < 0 || longitude < 0; }
};

/// `place` is "Delivery_location" or "Restaurant".
std::vector<Meal> read_meals(const std::string& place) {
  sql::Database database("");
  sql::Connection connection = database.connect();
  sql::Result result = connection.query(fmt::format(
      "SELECT {0}_latitude::DOUBLE, {0}_longitude::DOUBLE, trim(\"Time_taken(min)\")::BIGINT "
      "FROM read_csv({1}, all_varchar = true)",
      place, sql::literal(kFile.string())));
  std::vector<Meal> meals;
  while (const sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      meals.push_back({chunk.data<double>(0)[row], chunk.data<double>(1)[row],
                       chunk.data<std::int64_t>(2)[row]});
    }
  }
  return meals;
}

/// Orders that begin 17 minutes apart, and their deliveries.
std::map<std::string, std::string> files_of(const std::vector<Meal>& meals) {
  std::string sessions = "id,client,start,paid\n";
  std::string deliveries = "id,delivered,latitude,longitude\n";
  for (std::size_t i = 0; i < meals.size(); ++i) {
    const auto start = static_cast<std::int64_t>(1'640'000'000 + i * 17 * 60);
    sessions += fmt::format("m{},c{},{},10\n", i, i % 5000, start);
    deliveries += fmt::format("m{},{},{},{}\n", i, start + 60 * meals[i].minutes, meals[i].latitude,
                              meals[i].longitude);
  }
  return {{"sessions.csv", sessions}, {"deliveries.csv", deliveries}, {"connect.toml", R"(
[workspace]
timezone = "Asia/Kolkata"
currency = "INR"
[sessions]
path = "sessions.csv"
columns = { order_id = "id", client = "client", session_start_date = "start", payment_amount = "paid" }
[deliveries]
path = "deliveries.csv"
columns = { order_id = "id", delivery_date = "delivered", latitude = "latitude", longitude = "longitude" }
)"}};
}

/// Rule -> count, of the source deliveries.
std::map<std::string, std::int64_t> quality_of(const TestShop& shop) {
  const Table table = shop.report("data_quality");
  std::map<std::string, std::int64_t> counts;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.find("source")->text(row) != "deliveries") continue;
    counts[table.find("rule")->text(row)] = table.find("count")->integer(row);
    EXPECT_FALSE(table.find("sample")->text(row).empty());
  }
  return counts;
}

std::int64_t placed_orders(const TestShop& shop) {
  const Table table = shop.report("deliver_location");
  std::int64_t count = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    count += table.find("order_count")->integer(row);
    EXPECT_GT(table.find("lat7")->real(row), 8);  // all of India, nothing else
    EXPECT_LT(table.find("lat7")->real(row), 33);
    EXPECT_GT(table.find("lon7")->real(row), 70);
    EXPECT_LT(table.find("lon7")->real(row), 90);
  }
  return count;
}

class RealDeliveries : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!fs::exists(kFile)) GTEST_SKIP() << kFile << " is not there; it holds real deliveries.";
  }
};

TEST_P(RealDeliveries, BrokenCoordinatesArePutAsideAndCounted) {
  const std::vector<Meal> meals = read_meals(GetParam());
  ASSERT_EQ(meals.size(), 45'593U);
  std::int64_t near_zero = 0;
  std::int64_t negative = 0;
  std::int64_t minutes = 0;
  for (const Meal& meal : meals) {
    near_zero += meal.is_near_zero() ? 1 : 0;
    negative += !meal.is_near_zero() && meal.is_negative() ? 1 : 0;
    minutes += meal.minutes;
  }
  EXPECT_EQ(near_zero, 3640);
  EXPECT_EQ(negative, GetParam() == std::string("Restaurant") ? 431 : 0);

  TestShop shop(files_of(meals));
  runs::RunOptions options;
  options.only = {"ingest", "quality", "journeys", "exploratory", "deliveries", "publish"};
  const runs::RunOutcome outcome =
      runs::run(shop.home(), shop.workspace(), options, no_progress(), Cancellation());
  ASSERT_EQ(outcome.state, workspace::RunState::kSucceeded);

  std::map<std::string, std::int64_t> expected = {{"coordinates_zero", near_zero}};
  if (negative > 0) expected["coordinates_mirrored"] = negative;
  EXPECT_EQ(quality_of(shop), expected);
  const auto all = static_cast<std::int64_t>(meals.size());
  EXPECT_EQ(placed_orders(shop), all - near_zero - negative);
  // The orders stay: every one of them has its duration.
  EXPECT_EQ(shop.manifest().populations.front().sessions, all);
  EXPECT_NEAR(shop.report("deliver_kpis").find("deliver")->real(0),
              static_cast<double>(minutes) / static_cast<double>(all), 1e-9);
  EXPECT_EQ(shop.manifest().not_configured.at("prepare"), "prepare_date is not mapped");
  EXPECT_EQ(shop.manifest().not_configured.at("returns_location"), "return_date is not mapped");
}

INSTANTIATE_TEST_SUITE_P(Places, RealDeliveries,
                         ::testing::Values("Delivery_location", "Restaurant"),
                         [](const auto& place) { return std::string(place.param); });

}  // namespace
}  // namespace ca::tests
