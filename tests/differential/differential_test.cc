// The engine against the same reports in plain SQL (README.md), on the golden shops and on real
// data: main and every dimension value, as of the newest session and as of a moment in between.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/sql.h"
#include "demo/generate.h"
#include "differential/second_segments.h"
#include "reports/catalogue.h"
#include "reports/population_name.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

const fs::path kScripts = "tests/differential";
/// Reports without a script: they tell of the run, are of models, list orders that models call
/// abnormal, or are of segments, which SQL does not cluster (second_segments.h is their second
/// writing).
const std::set<std::string> kWithoutScript = {"data_quality",
                                              "run_log",
                                              "daily_clv",
                                              "clvsegments_amount",
                                              "client_feature_predicted",
                                              "client_value",
                                              "clv_backtest",
                                              "deliver",
                                              "prepare",
                                              "ride",
                                              "returns",
                                              "rfm",
                                              "frequency_recency",
                                              "monetary_frequency",
                                              "recency_monetary",
                                              "segmentation",
                                              "segment_table",
                                              "segment_flow",
                                              "frequency_clusters",
                                              "monetary_clusters",
                                              "recency_clusters",
                                              "dfunnel_anomaly",
                                              "dcohort_anomaly",
                                              "dcohort_anomaly_days",
                                              "dcohort_anomaly_2",
                                              "order_cohort_anomaly",
                                              "clvrfm_anomaly"};
const std::set<std::string> kOfMainOnly = {"dimension_kpis", "daily_dimension_values"};

std::string with(std::string script, const std::string& placeholder, const std::string& value) {
  for (auto at = script.find(placeholder); at != std::string::npos;
       at = script.find(placeholder, at + value.size())) {
    script.replace(at, placeholder.size(), value);
  }
  return script;
}

std::string script(const std::string& name) { return read_text(kScripts / (name + ".sql")); }

/// Every script that is a report.
std::vector<std::string> report_scripts() {
  const std::set<std::string> others = {"macros", "london", "accept", "population", "before_after"};
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kScripts)) {
    const std::string name = entry.path().stem().string();
    const bool is_report =
        entry.path().extension() == ".sql" && !others.contains(name) && !name.starts_with("load_");
    if (is_report) names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

/// The reports of one shop by the scripts.
class SqlReports {
 public:
  /// `as_of` is a wall clock of the shop's zone; a day alone means its end (ruling 3).
  SqlReports(const std::string& shop, const fs::path& data, const std::optional<std::string>& as_of)
      : database_(""), connection_(database_.connect()) {
    connection_.run(script("macros"));
    connection_.run(script("london"));  // shops of another zone say so when they load
    connection_.run(with(script("load_" + shop), "{data}", fs::absolute(data).string()));
    const bool is_day = as_of && as_of->size() == std::string("2021-03-01").size();
    const std::string moment = as_of.value_or("") + (is_day ? " 23:59:59.999999" : "");
    connection_.run(with(script("accept"), "{as_of}", as_of ? sql::literal(moment) : "NULL"));
  }

  /// The values that are populations beside main; none where the dimension has fewer than two.
  std::vector<std::string> values() {
    const Cells cells =
        query("SELECT DISTINCT dimension FROM sessions WHERE dimension IS NOT NULL");
    std::vector<std::string> values;
    for (const Cells::Row& row : cells.rows) values.push_back(row.front().value());
    if (values.size() < 2) values.clear();
    return values;
  }

  /// Chooses the population of the reports to come; nothing for main.
  void choose(const std::optional<std::string>& value) {
    connection_.run(
        with(script("population"), "{dimension}", value ? sql::literal(*value) : "NULL"));
  }

  /// What is needed for reports of before and after in the chosen population.
  void test_before_after(const SecondCuts& cuts) {
    connection_.run("CREATE OR REPLACE TABLE cuts (metric VARCHAR, cut DOUBLE)");
    for (const auto& [metric, between] : cuts) {
      for (const double cut : between) {
        connection_.run(
            fmt::format("INSERT INTO cuts VALUES ({}, {}::DOUBLE)", sql::literal(metric), cut));
      }
    }
    connection_.run(script("before_after"));
  }

  Cells report(const std::string& name) { return query(script(name)); }

  std::int64_t ingest_count(const std::string& rule) {
    return connection_.integer("SELECT count FROM ingest_counts WHERE rule = ?", {rule});
  }

 private:
  /// All cells as text, as CSV files have them.
  Cells query(std::string statement) {
    statement.erase(statement.find_last_not_of("; \n") + 1);
    sql::Result result =
        connection_.query("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (\n" + statement + "\n)");
    Cells cells;
    for (std::size_t c = 0; c < result.width(); ++c) cells.header.push_back(result.column_name(c));
    while (const sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        Cells::Row& cells_of_row = cells.rows.emplace_back();
        for (std::size_t c = 0; c < cells.header.size(); ++c) {
          cells_of_row.push_back(
              chunk.is_null(c, row) ? Cells::Cell() : Cells::Cell(std::string(chunk.text(c, row))));
        }
      }
    }
    return cells;
  }

  sql::Database database_;
  sql::Connection connection_;
};

constexpr const char* kNotThere = " is not there; it holds the real data of this test.";

struct Case {
  std::string shop;
  std::string configuration;           ///< a connect.toml, or its text
  fs::path data;                       ///< the folder of the CSV files
  std::optional<std::string> as_of{};  ///< wall clock of the shop's zone
};

const std::string kOnlineRetail = R"(
[workspace]
timezone = "Europe/London"
currency = "GBP"

[sessions]
type = "csv"
path = "{data}/sessions.csv.gz"
columns = { order_id = "invoice_no", client = "customer_id", session_start_date = "invoice_date", payment_amount = "amount", has_purchased = "purchased", dimension = "country" }
actions = []
[customers]
type = "csv"
path = "{data}/customers.csv.gz"
columns = { client = "customer_id", download_date = "first_seen" }
[products]
type = "csv"
path = "{data}/products.csv.gz"
columns = { order_id = "invoice_no", product = "product", price = "unit_price", quantity = "quantity" }
)";

/// The same as people write it, with a table over two lines.
const std::string kOnlineRetailAsDocumented = R"(
[workspace]
timezone = "Europe/London"
currency = "GBP"

[sessions]
type  = "csv"
path  = "{data}/sessions.csv.gz"
columns = { order_id = "invoice_no", client = "customer_id", session_start_date = "invoice_date",
            payment_amount = "amount", has_purchased = "purchased", dimension = "country" }
actions = []
[customers]
type = "csv"
path = "{data}/customers.csv.gz"
columns = { client = "customer_id", download_date = "first_seen" }
[products]
type = "csv"
path = "{data}/products.csv.gz"
columns = { order_id = "invoice_no", product = "product", price = "unit_price", quantity = "quantity" }
)";

const std::string kCdnow = R"(
[workspace]
timezone = "UTC"
currency = "USD"

[sessions]
path = "{data}/master_sessions.csv.gz"
columns = { order_id = "order_id", client = "client", session_start_date = "date", payment_amount = "amount", has_purchased = "purchased" }
[customers]
path = "{data}/master_customers.csv.gz"
columns = { client = "client", download_date = "first_seen" }
)";

const std::string kCdnowOrders = R"(
[workspace]
timezone = "UTC"
currency = "USD"

[sessions]
path = "{data}/master_sessions.csv.gz"
columns = { order_id = "order_id", client = "client", session_start_date = "date", payment_amount = "amount" }
)";

/// A small demo shop with dirty rows, made when a test first asks for it.
fs::path demo_data() {
  static const TemporaryFolder folder;
  static const demo::Generated made = [] {
    demo::GenerateOptions options;
    options.folder = folder.path() / "demo";
    options.customers = 2'000;
    options.dirty = 0.03;
    return demo::generate(options, no_progress(), Cancellation());
  }();
  EXPECT_GT(made.totals.sessions, 0);
  return folder.path() / "demo";
}

/// The configuration with the folder of the data in it.
std::map<std::string, std::string> files_of(const Case& given) {
  const std::string data = fs::absolute(given.data).lexically_normal().string();
  return {{"connect.toml", with(given.configuration, "{data}", data)}};
}

bool is_there(const Case& given) { return fs::exists(given.data); }

/// Connected and run, once for all tests that ask for it.
TestShop& published(const Case& given) {
  static std::map<std::pair<std::string, std::optional<std::string>>, std::unique_ptr<TestShop>>
      all;
  std::unique_ptr<TestShop>& shop = all[{given.shop, given.as_of}];
  if (shop != nullptr) return *shop;
  if (given.configuration.ends_with("connect.toml")) {
    shop = std::make_unique<TestShop>(fs::path(given.configuration));
  } else {
    shop = std::make_unique<TestShop>(files_of(given));
  }
  shop->run_as_of(given.as_of);
  return *shop;
}

void PrintTo(const Case& given, std::ostream* out) { *out << given.shop; }

/// How many sessions data_quality counts under the rules.
std::int64_t sessions_noted(const Table& quality, const std::set<std::string>& rules) {
  std::int64_t count = 0;
  for (std::size_t row = 0; row < quality.rows(); ++row) {
    if (quality.find("source")->text(row) == "sessions" &&
        rules.contains(quality.find("rule")->text(row))) {
      count += quality.find("count")->integer(row);
    }
  }
  return count;
}

void compare_quality(const Table& quality, SqlReports& sql) {
  const std::map<std::string, std::set<std::string>> rules = {
      {"sessions_without_order_id", {"order_id_missing"}},
      {"sessions_without_client", {"client_missing"}},
      {"sessions_without_start", {"session_start_date_missing", "session_start_date_unreadable"}},
      {"sessions_without_purchased", {"has_purchased_missing", "has_purchased_unreadable"}},
      {"sessions_replaced_by_a_later_row", {"duplicate_order_id"}},
      {"sessions_in_a_skipped_hour", {"wall_clock_skipped"}},
      {"sessions_in_a_repeated_hour", {"wall_clock_repeated"}}};
  for (const auto& [count, names] : rules) {
    EXPECT_EQ(sessions_noted(quality, names), sql.ingest_count(count)) << count;
  }
}

/// The text of its connect.toml.
std::string configuration_of(const Case& given) {
  const bool is_file = given.configuration.ends_with("connect.toml");
  return is_file ? read_text(given.configuration) : given.configuration;
}

/// Whether the configuration names all that the report is made of (ruling 38).
bool has_needs(const std::string& report, const std::string& configuration) {
  using enum reports::Need;
  const std::map<reports::Need, std::string> words = {
      {kSessions, "[sessions]"},      {kCustomers, "[customers]"},
      {kProducts, "[products]"},      {kCategory, "category ="},
      {kPromotion, "promotion_id ="}, {kDiscount, "discount_amount ="},
      {kDeliveries, "[deliveries]"},  {kPrepareDate, "prepare_date ="},
      {kReturnDate, "return_date ="}, {kCoordinates, "latitude ="},
      {kDimension, "dimension ="}};
  return std::ranges::all_of(reports::find_report(report).needs, [&](reports::Need need) {
    return configuration.find(words.at(need)) != std::string::npos;
  });
}

TEST(Scripts, EveryReportHasOneOrIsNamed) {
  std::vector<std::string> names;
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& report : family.reports) {
      if (!kWithoutScript.contains(report.name)) names.push_back(report.name);
    }
  }
  std::ranges::sort(names);
  EXPECT_EQ(report_scripts(), names);
}

/// What rounding leaves when a payment is shared goes to one line of the order (ruling 18), and may
/// be all that a free one has. Units of sums are near 1e-17, and no amount of a shop is that small.
Cells without_remainders(Cells cells, const Shape& shape) {
  for (std::size_t column = 0; column < cells.header.size(); ++column) {
    const auto type = shape.types.find(cells.header[column]);
    if (type == shape.types.end() || type->second != ColumnType::kDouble) continue;
    for (Cells::Row& row : cells.rows) {
      if (row[column] && std::abs(std::stod(*row[column])) < 1e-12) row[column] = "0.0";
    }
  }
  return cells;
}

/// Differences that are equal may be unequal in their last digit, so that these are compared by
/// name.
bool is_sorted_by_difference(const std::string& report) {
  return report.find("_usage_before_after_") != std::string::npos;
}

void expect_sorted_by_difference(const Table& table, const std::string& report) {
  const Column& difference = *table.find("diff");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool is_accept = report.ends_with("accept");
    EXPECT_EQ(difference.real(row) > 0, is_accept) << report;
    if (row == 0) continue;
    const double less = difference.real(is_accept ? row : row - 1);
    const double more = difference.real(is_accept ? row - 1 : row);
    EXPECT_LE(less, more) << report << ", row " << row;
    const bool are_named_in_order = table.column(0).text(row - 1) < table.column(0).text(row);
    EXPECT_TRUE(less < more || are_named_in_order) << report << ", row " << row;
  }
}

class Differential : public ::testing::TestWithParam<Case> {};

TEST_P(Differential, EngineAndSqlAgree) {
  Case given = GetParam();
  if (given.shop == "demo") {
    given.data = demo_data();
    given.configuration = given.data / "connect.toml";
  }
  if (!is_there(given)) GTEST_SKIP() << given.data << kNotThere;
  const TestShop& shop = published(given);
  const std::map<std::string, Table> tables = shop.tables();
  SqlReports sql(given.shop, given.data, given.as_of);

  EXPECT_EQ(shop.manifest().populations.front().sessions, sql.ingest_count("sessions_accepted"));
  compare_quality(shop.report("data_quality"), sql);

  const std::vector<std::string> values = sql.values();
  const std::string configuration = configuration_of(given);
  std::vector<std::string> configured;
  for (const std::string& report : report_scripts()) {
    const bool is_configured =
        has_needs(report, configuration) && !(kOfMainOnly.contains(report) && values.empty());
    EXPECT_EQ(tables.contains(report), is_configured) << report;
    EXPECT_EQ(shop.manifest().not_configured.contains(report), !is_configured) << report;
    if (is_configured && tables.contains(report)) configured.push_back(report);
  }
  std::set<std::string> populations = {"main"};
  SecondCuts cuts;
  const auto compare_segments = [&](const Cells& kpis, const std::string& population) {
    for (const auto& [report, expected] : second_segments(kpis, cuts)) {
      const Table got = of_population(tables.at(report), population);
      EXPECT_EQ(differences(expected, to_cells(got), shape_of(got), Order::kSame), "")
          << population << "/" << report;
    }
  };
  const auto compare = [&](const std::optional<std::string>& value) {
    const std::string population = value ? reports::population_name(*value) : "main";
    populations.insert(population);
    sql.choose(value);
    const Cells kpis = sql.report("client_kpis");
    if (!value) cuts = second_cuts(kpis);
    sql.test_before_after(cuts);
    for (const std::string& report : configured) {
      if (value && kOfMainOnly.contains(report)) continue;
      const Table got = of_population(tables.at(report), population);
      const Shape shape = shape_of(got);
      const Order order = is_sorted_by_difference(report) ? Order::kAny : Order::kSame;
      EXPECT_EQ(differences(without_remainders(sql.report(report), shape),
                            without_remainders(to_cells(got), shape), shape, order),
                "")
          << population << "/" << report;
      if (order == Order::kAny) expect_sorted_by_difference(got, report);
    }
    compare_segments(kpis, population);
  };
  compare(std::nullopt);
  for (const std::string& value : values) compare(value);

  std::set<std::string> published;
  for (const auto& population : shop.manifest().populations) published.insert(population.name);
  EXPECT_EQ(published, populations);
}

INSTANTIATE_TEST_SUITE_P(
    Shops, Differential,
    ::testing::Values(
        Case{"small", "tests/golden/small/connect.toml", "tests/golden/small/input"},
        Case{"tricky", "tests/golden/tricky/connect.toml", "tests/golden/tricky/input"},
        Case{"tricky", "tests/golden/tricky/connect.toml", "tests/golden/tricky/input",
             "2022-02-16 12:34:56"},
        Case{"tricky", "tests/golden/tricky/connect.toml", "tests/golden/tricky/input",
             "2022-02-28"},
        Case{"baskets", "tests/differential/baskets/connect.toml", "tests/differential/baskets"},
        Case{"baskets", "tests/differential/baskets/connect.toml", "tests/differential/baskets",
             "2024-02-10 10:00:00"},
        Case{"online_retail", kOnlineRetail, kRealData / "online_retail"},
        Case{"online_retail", kOnlineRetail, kRealData / "online_retail", "2011-04-06 11:00:00"},
        Case{"cdnow", kCdnow, kRealData / "cdnow"}, Case{"demo", {}, {}},
        Case{"demo", {}, {}, "2025-03-30 01:30:00"}),
    [](const auto& info) {
      const std::string moment = info.param.as_of.value_or("").substr(0, 10);
      std::string name = info.param.shop + (moment.empty() ? "" : "_as_of_" + moment);
      std::ranges::replace(name, '-', '_');
      return name;
    });

/// CDNOW holds nothing but orders, and its customers were first seen with their first order. So a
/// shop that says neither must get the same reports (ruling 63).
TEST(OrdersOnly, SaysTheSameWithoutCustomersAndPurchases) {
  const Case complete = {"cdnow", kCdnow, kRealData / "cdnow"};
  if (!is_there(complete)) GTEST_SKIP() << complete.data << kNotThere;
  const Case orders = {"cdnow without customers", kCdnowOrders, complete.data};
  EXPECT_EQ(differing(published(complete).texts(), published(orders).texts(), {"data_quality"}),
            "");
}

class OnlineRetail : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!is_there(kShop)) GTEST_SKIP() << kShop.data << kNotThere;
  }
  const Case kShop = {"online_retail", kOnlineRetail, kRealData / "online_retail"};
};

TEST_F(OnlineRetail, SessionsWithoutACustomerAreRejectedAndCounted) {
  const TestShop& shop = published(kShop);
  EXPECT_EQ(sessions_noted(shop.report("data_quality"), {"client_missing"}), 3710);
  EXPECT_EQ(shop.manifest().populations.front().sessions, 25900 - 3710);
  EXPECT_EQ(shop.report("kpis").find("total_visits")->integer(0), 25900 - 3710);
}

/// Goods have codes that begin with a digit; what else invoices list (POST, DOT, M, BANK CHARGES)
/// has none.
TEST_F(OnlineRetail, PolkadotsAndRetrospotsAreCarriedAwayTogether) {
  const Cells pairs = to_cells(published(kShop).report("most_combined_products"));
  const std::size_t first = pairs.find("product_1").value();
  const std::size_t second = pairs.find("product_2").value();
  const auto is_of_goods = [&](const Cells::Row& row) {
    return row[first]->front() <= '9' && row[second]->front() <= '9';
  };
  const auto most_frequent = std::ranges::find_if(pairs.rows, is_of_goods);
  ASSERT_NE(most_frequent, pairs.rows.end());
  EXPECT_EQ((*most_frequent)[first], "22386 JUMBO BAG PINK POLKADOT");
  EXPECT_EQ((*most_frequent)[second], "85099B JUMBO BAG RED RETROSPOT");
}

TEST_F(OnlineRetail, TheDocumentedConfigurationConnects) {
  Case documented = kShop;
  documented.configuration = kOnlineRetailAsDocumented;
  EXPECT_NO_THROW(TestShop{files_of(documented)});
}

}  // namespace
}  // namespace ca::tests
