// The stage clv of a whole run: what must hold between its reports and the others.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "demo/generate.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

constexpr std::int32_t kHorizon = 180;
constexpr const char* kReports[] = {"daily_clv", "clvsegments_amount", "client_feature_predicted",
                                    "client_value", "clv_backtest"};

/// Equal but for the order of additions.
void expect_same(double expected, double got) {
  EXPECT_NEAR(got, expected, 1e-9 * std::abs(expected));
}

/// An invented shop of eight cities and 3,000 customers.
class ShopValue : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = std::make_unique<TemporaryFolder>();
    demo::GenerateOptions options;
    options.folder = folder->path() / "shop";
    options.customers = 3'000;
    options.seed = 5;
    demo::generate(options, no_progress(), Cancellation());
    shop = another();
    runs::RunOptions with;
    with.threads = 2;
    shop->run(with);
  }
  static void TearDownTestSuite() {
    shop.reset();
    folder.reset();
  }

  static std::unique_ptr<TestShop> another() {
    return std::make_unique<TestShop>(folder->path() / "shop" / "connect.toml");
  }
  static std::vector<std::string> cities() {
    std::vector<std::string> values;
    for (const auto& population : shop->manifest().populations) {
      if (!population.is_main) values.push_back(population.value);
    }
    return values;
  }
  /// Predictions of daily_clv by day; actual days by day.
  struct Days {
    std::map<std::int64_t, double> predicted;
    std::map<std::int64_t, double> actual;
    double total = 0;  ///< that is predicted
  };
  static Days days_of(const std::string& population) {
    const Table table = shop->report("daily_clv", population);
    Days days;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const bool is_actual = table.find("data_type")->text(row) == "actual";
      const double amount = table.find("payment_amount")->real(row);
      const bool is_new = (is_actual ? days.actual : days.predicted)
                              .emplace(table.find("date")->integer(row), amount)
                              .second;
      EXPECT_TRUE(is_new) << "one vintage, each day once";
      if (!is_actual) days.total += amount;
    }
    return days;
  }
  /// Segments' amounts and how many clients they have.
  static std::map<std::string, std::pair<double, std::int64_t>> segments_of(
      const std::string& population) {
    const Table table = shop->report("clvsegments_amount", population);
    std::map<std::string, std::pair<double, std::int64_t>> segments;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const Column& clients = *table.find("client_count");
      segments[table.find("segments")->text(row)] = {
          table.find("payment_amount")->real(row),
          clients.is_null(row) ? -1 : clients.integer(row)};
    }
    return segments;
  }
  static double sum(const Table& table, const char* column) {
    double total = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) total += table.find(column)->real(row);
    return total;
  }
  static std::set<std::string> texts(const Table& table, const char* column) {
    std::set<std::string> texts;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      texts.insert(table.find(column)->text(row));
    }
    return texts;
  }

  static std::unique_ptr<TemporaryFolder> folder;
  static std::unique_ptr<TestShop> shop;
};

std::unique_ptr<TemporaryFolder> ShopValue::folder;
std::unique_ptr<TestShop> ShopValue::shop;

TEST_F(ShopValue, TheReportsAddUpToTheSameMoney) {
  std::vector<std::string> populations = cities();
  populations.push_back("main");
  for (const std::string& population : populations) {
    SCOPED_TRACE(population);
    const double total = days_of(population).total;
    double by_segment = 0;
    for (const auto& [name, segment] : segments_of(population)) by_segment += segment.first;
    expect_same(total, by_segment);
    const double newcomers = segments_of(population).at("newcomers").first;
    EXPECT_GT(newcomers, 0);
    expect_same(total, newcomers + sum(shop->report("client_feature_predicted", population),
                                       "payment_amount"));
    expect_same(total, newcomers + sum(shop->report("client_value", population), "expected_value"));
  }
}

TEST_F(ShopValue, CitiesAddUpToMain) {
  const Days main = days_of("main");
  const auto segments = segments_of("main");
  const Table clients = shop->report("client_value");
  EXPECT_EQ(main.predicted.size(), static_cast<std::size_t>(kHorizon));
  ASSERT_EQ(cities().size(), 8U);

  Days days;
  std::map<std::string, std::pair<double, std::int64_t>> by_segment;
  std::set<std::string> seen;
  double orders = 0;
  std::size_t predicted_purchases = 0;
  for (const std::string& city : cities()) {
    const Days of_city = days_of(city);
    for (const auto& [day, amount] : of_city.predicted) days.predicted[day] += amount;
    for (const auto& [day, amount] : of_city.actual) days.actual[day] += amount;
    for (const auto& [name, segment] : segments_of(city)) {
      by_segment[name].first += segment.first;
      by_segment[name].second += segment.second;
    }
    const Table of_clients = shop->report("client_value", city);
    orders += sum(of_clients, "expected_orders");
    for (const std::string& client : texts(of_clients, "client")) {
      EXPECT_TRUE(seen.insert(client).second) << client << " is in two cities";
    }
    const Table purchases = shop->report("client_feature_predicted", city);
    predicted_purchases += purchases.rows();
    EXPECT_EQ(texts(purchases, "dimension"), std::set<std::string>{city});
  }
  ASSERT_EQ(days.predicted.size(), main.predicted.size());
  for (const auto& [day, amount] : main.predicted) expect_same(amount, days.predicted.at(day));
  for (const auto& [day, amount] : main.actual) expect_same(amount, days.actual[day]);
  for (const auto& [name, segment] : segments) {
    SCOPED_TRACE(name);
    expect_same(segment.first, by_segment[name].first);
    if (name == "newcomers") continue;
    EXPECT_EQ(segment.second, by_segment[name].second);
  }
  EXPECT_EQ(seen, texts(clients, "client"));
  expect_same(sum(clients, "expected_orders"), orders);
  EXPECT_EQ(predicted_purchases, shop->report("client_feature_predicted").rows());
}

TEST_F(ShopValue, PurchasesAreInTheHorizonAndOneADay) {
  const Table purchases = shop->report("client_feature_predicted");
  const std::int64_t as_of =
      shop->report("daily_revenue").column(0).integer(shop->report("daily_revenue").rows() - 1);
  std::set<std::pair<std::string, std::int64_t>> seen;
  for (std::size_t row = 0; row < purchases.rows(); ++row) {
    const std::int64_t day = purchases.find("date")->integer(row);
    EXPECT_GT(day, as_of);
    EXPECT_LE(day, as_of + kHorizon);
    EXPECT_GE(purchases.find("payment_amount")->real(row), 0);
    EXPECT_TRUE(seen.emplace(purchases.find("client")->text(row), day).second);
  }
  EXPECT_EQ(texts(purchases, "client"), texts(shop->report("client_value"), "client"));
}

TEST_F(ShopValue, ActualDaysAreThoseOfTheRevenue) {
  const Days days = days_of("main");
  const Table revenue = shop->report("daily_revenue");
  ASSERT_EQ(days.actual.size(), revenue.rows());
  for (std::size_t row = 0; row < revenue.rows(); ++row) {
    EXPECT_EQ(days.actual.at(revenue.column(0).integer(row)), revenue.column(1).real(row));
  }
}

TEST_F(ShopValue, EveryCustomerWithAnOrderHasAValue) {
  const Table clients = shop->report("client_value");
  const Table kpis = shop->report("client_kpis");
  EXPECT_EQ(texts(clients, "client"), texts(kpis, "client"));
  std::map<std::string, std::string> segment;
  for (std::size_t row = 0; row < kpis.rows(); ++row) {
    segment[kpis.find("client")->text(row)] = kpis.find("segments")->text(row);
  }
  std::size_t gone = 0;
  for (std::size_t row = 0; row < clients.rows(); ++row) {
    const std::string& client = clients.find("client")->text(row);
    const double alive = clients.find("p_alive")->real(row);
    EXPECT_GE(alive, 0);
    EXPECT_LE(alive, 1);
    EXPECT_DOUBLE_EQ(clients.find("churn_risk")->real(row), 1 - alive);
    EXPECT_LE(clients.find("p10")->real(row), clients.find("p90")->real(row)) << client;
    EXPECT_GE(clients.find("p10")->real(row), 0);
    EXPECT_EQ(clients.find("segment")->text(row), segment[client]);
    gone += alive < 0.5 ? 1 : 0;
  }
  const double churn = shop->report("churn").find("churn_personal")->real(0);
  EXPECT_GT(churn, 0);
  EXPECT_LT(churn, 1);
  EXPECT_DOUBLE_EQ(churn, static_cast<double>(gone) / static_cast<double>(clients.rows()));
}

TEST_F(ShopValue, IntervalsLieAroundThePrediction) {
  const Table daily = shop->report("daily_clv");
  for (std::size_t row = 0; row < daily.rows(); ++row) {
    const bool is_actual = daily.find("data_type")->text(row) == "actual";
    ASSERT_EQ(daily.find("p10")->is_null(row), is_actual);
    ASSERT_EQ(daily.find("p90")->is_null(row), is_actual);
    ASSERT_EQ(daily.find("vintage")->is_null(row), is_actual);
    if (is_actual) continue;
    EXPECT_LT(daily.find("p10")->real(row), daily.find("p90")->real(row));
    EXPECT_GE(daily.find("p10")->real(row), 0);
  }
}

TEST_F(ShopValue, TheChampionHasTheLowestMeanScore) {
  const Table table = shop->report("clv_backtest");
  std::map<std::string, std::pair<double, int>> scores;
  std::set<std::string> champions;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& model = table.find("model")->text(row);
    if (table.find("is_champion")->integer(row) == 1) champions.insert(model);
    if (table.find("decile")->integer(row) != 0 || table.find("score")->is_null(row)) continue;
    scores[model].first += table.find("score")->real(row);
    ++scores[model].second;
  }
  ASSERT_EQ(champions.size(), 1U);
  EXPECT_GT(scores.size(), 3U);
  const auto mean = [&](const std::string& model) {
    return scores.at(model).first / scores.at(model).second;
  };
  for (const auto& [model, score] : scores) EXPECT_GE(mean(model), mean(*champions.begin()));
}

// Equal bytes whatever the threads, in another home.
TEST_F(ShopValue, IsTheSameOnOneThread) {
  const auto same = another();
  runs::RunOptions options;
  options.threads = 1;
  same->run(options);
  EXPECT_EQ(differing(shop->bytes(), same->bytes()), "");
}

TEST_F(ShopValue, WithoutItsStageReportsAreListedAsSkipped) {
  const auto without = another();
  runs::RunOptions options;
  options.skip = {"clv"};
  runs::run(without->home(), without->workspace(), options, no_progress(), Cancellation());
  const reports::Manifest manifest = without->manifest();
  for (const char* report : kReports) {
    EXPECT_EQ(manifest.skipped.at(report), "clv") << report;
    EXPECT_FALSE(manifest.rows.contains(report)) << report;
  }
  EXPECT_EQ(manifest.empty_columns.at("churn.churn_personal"), "clv");
  EXPECT_TRUE(without->report("churn").find("churn_personal")->is_null(0));

  options.skip = {"segments"};
  runs::run(without->home(), without->workspace(), options, no_progress(), Cancellation());
  const reports::Manifest half = without->manifest();
  EXPECT_EQ(half.skipped.count("client_value"), 0U);
  EXPECT_EQ(half.skipped.at("clvsegments_amount"), "segments");
  EXPECT_EQ(half.empty_columns.at("client_value.segment"), "segments");
  EXPECT_EQ(half.empty_columns.at("client_kpis.segments"), "segments");
  EXPECT_EQ(half.empty_columns.count("churn.churn_personal"), 0U);
  const Table clients = without->report("client_value");
  EXPECT_EQ(clients.rows(), shop->report("client_value").rows());
  for (std::size_t row = 0; row < clients.rows(); ++row) {
    EXPECT_TRUE(clients.find("segment")->is_null(row));
  }
  EXPECT_FALSE(without->report("churn").find("churn_personal")->is_null(0));
}

}  // namespace
}  // namespace ca::tests
