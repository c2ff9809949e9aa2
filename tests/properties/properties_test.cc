// What must hold whatever the data are: parts add up to the whole, and neither the order of rows
// nor how the work is cut changes a byte. On random shops, and on Online Retail where that is
// cheap.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "base/writers.h"
#include "properties/random_shop.h"
#include "reports/catalogue.h"
#include "reports/churn_thresholds.h"
#include "reports/pass.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;

// ---- sums --------------------------------------------------------------------------------------

/// The columns of a report that can be added: numbers that are neither keys nor ratios.
std::vector<std::string> sums_of(const reports::ReportSpec& report,
                                 const journeys::Schema& schema) {
  std::vector<std::string> names;
  const std::vector<reports::ColumnSpec> columns = reports::columns_for(report, schema);
  for (std::size_t c = report.key_columns; c < columns.size(); ++c) {
    const bool is_number =
        columns[c].type == ColumnType::kInteger || columns[c].type == ColumnType::kDouble;
    const bool is_quantile = columns[c].name == "p10" || columns[c].name == "p90";
    if (is_number && columns[c].unit != "ratio" && !is_quantile) names.push_back(columns[c].name);
  }
  return names;
}

/// A sum with the sum of magnitudes, which says how exact it can be.
struct Total {
  double sum = 0;
  double magnitude = 0;

  void add(const Column& column, std::size_t row, double factor = 1) {
    if (column.is_null(row)) return;
    const double value =
        factor * (column.type() == ColumnType::kDouble ? column.real(row)
                                                       : static_cast<double>(column.integer(row)));
    sum += value;
    magnitude += std::abs(value);
  }
  bool is_close(const Total& other) const {
    return std::abs(sum - other.sum) <= 1e-9 * std::max(magnitude, other.magnitude);
  }
};

/// Totals by key, of one column; a key is the texts of the key columns.
using Totals = std::map<Cells::Row, Total>;

Totals totals_by_key(const Table& table, const std::string& column) {
  const Cells cells = to_cells(table);
  Totals totals;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto& texts = cells.rows[row];
    const auto keys = static_cast<std::ptrdiff_t>(table.key_columns());
    totals[{texts.begin(), texts.begin() + keys}].add(*table.find(column), row);
  }
  return totals;
}

/// The totals of the buckets of a longer period.
Totals totals_by_period(const Table& daily, const std::string& column, Period period) {
  Totals totals;
  for (std::size_t row = 0; row < daily.rows(); ++row) {
    const Day day = {static_cast<std::int32_t>(daily.column(0).integer(row))};
    totals[{format_day(bucket_of(day, period))}].add(*daily.find(column), row);
  }
  return totals;
}

void expect_equal(const Totals& expected, const Totals& got, const std::string& what) {
  std::string text;
  for (const auto& [key, total] : expected) {
    const auto found = got.find(key);
    const Total other = found == got.end() ? Total() : found->second;
    if (found == got.end() || !total.is_close(other)) {
      text += fmt::format("{}: expected {}, got {}\n", key.empty() ? "" : key.front().value_or(""),
                          total.sum, other.sum);
    }
  }
  EXPECT_EQ(text.substr(0, 1000), "") << what;
  EXPECT_EQ(expected.size(), got.size()) << what;
}

/// A published shop, its reports in memory.
struct Published {
  explicit Published(const TestShop& shop)
      : manifest(shop.manifest()), schema(shop.schema()), tables(shop.tables()) {}

  bool has(const std::string& report) const { return tables.contains(report); }
  Table table(const std::string& report, const std::string& population) const {
    return of_population(tables.at(report), population);
  }
  double days(const std::string& population) const {
    return static_cast<double>(table("daily_orders", population).rows());
  }

  reports::Manifest manifest;
  journeys::Schema schema;
  std::map<std::string, Table> tables;
};

void expect_dimensions_add_up(const Published& shop) {
  std::size_t compared = 0;
  const auto compare = [&](const std::string& report, const std::vector<std::string>& columns) {
    const Table main = shop.table(report, "main");
    Table values(report);
    for (const auto& population : shop.manifest.populations) {
      if (population.is_main) continue;
      const Table table = shop.table(report, population.name);
      if (values.width() == 0) {
        values = table;
      } else {
        values.append(table);
      }
    }
    values.set_key_columns(main.key_columns());
    for (const std::string& column : columns) {
      expect_equal(totals_by_key(main, column), totals_by_key(values, column),
                   report + "." + column);
      ++compared;
    }
  };
  ASSERT_GE(shop.manifest.populations.size(), 3U);
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& report : family.reports) {
      if (report.is_additive && shop.has(report.name)) {
        compare(report.name, sums_of(report, shop.schema));
      }
    }
  }
  EXPECT_GE(compared, 16U);

  // The reports about dimension values say the same in one table.
  const auto expect_total = [&](const std::string& report, const std::string& column,
                                const std::string& of_main, const std::string& main_column) {
    Total values;
    Total main;
    const Table parts = shop.table(report, "main");
    const Table whole = shop.table(of_main, "main");
    for (std::size_t r = 0; r < parts.rows(); ++r) values.add(*parts.find(column), r);
    for (std::size_t r = 0; r < whole.rows(); ++r) main.add(*whole.find(main_column), r);
    EXPECT_TRUE(values.is_close(main)) << report << "." << column << ": " << values.sum << ", but "
                                       << of_main << "." << main_column << ": " << main.sum;
  };
  for (const std::string report : {"dimension_kpis", "daily_dimension_values"}) {
    expect_total(report, "order_count", "daily_orders", "orders");
    expect_total(report, "payment_amount", "daily_revenue", "payment_amount");
    expect_total(report, "discount_amount", "kpis", "total_discount");
  }
  expect_total("dimension_kpis", "session_count", "kpis", "total_visits");
}

/// Weeks, months and hours of the day are other groupings of the same days.
void expect_periods_agree(const Published& shop) {
  struct Series {
    std::string suffix;
    bool has_means;  ///< the hourly report divides by the days of the axis
  };
  const std::vector<Series> all = {
      {"orders", true}, {"revenue", false}, {"funnel", true}, {"funnel_downloads", true}};
  for (const auto& population : shop.manifest.populations) {
    for (const Series& series : all) {
      const reports::ReportSpec& spec = reports::find_report("daily_" + series.suffix);
      const Table daily = shop.table("daily_" + series.suffix, population.name);
      for (const std::string& column : sums_of(spec, shop.schema)) {
        const auto in = [&](Period period) {
          const std::string report = fmt::format("{}_{}", name_of(period), series.suffix);
          const bool is_prefixed = column.starts_with("daily_");
          return std::pair(
              shop.table(report, population.name),
              is_prefixed ? fmt::format("{}{}", name_of(period), column.substr(5)) : column);
        };
        for (const Period period : {Period::kWeekly, Period::kMonthly}) {
          const auto [table, name] = in(period);
          expect_equal(totals_by_period(daily, column, period), totals_by_key(table, name),
                       population.name + "/" + table.name() + "." + name);
        }

        // Hours count what lies on the axis of sessions, which customers' days may begin before.
        const auto [hours, name] = in(Period::kHourly);
        const Table axis = shop.table("daily_orders", population.name);
        Total of_days;
        Total of_hours;
        for (std::size_t r = 0; r < daily.rows(); ++r) {
          if (daily.column(0).integer(r) < axis.column(0).integer(0)) continue;
          of_days.add(*daily.find(column), r);
        }
        for (std::size_t r = 0; r < hours.rows(); ++r) {
          of_hours.add(*hours.find(name), r, series.has_means ? shop.days(population.name) : 1);
        }
        EXPECT_EQ(hours.rows(), 24U);
        EXPECT_TRUE(of_days.is_close(of_hours))
            << population.name << "/" << hours.name() << "." << name << ": " << of_hours.sum
            << ", by day " << of_days.sum;
      }
    }
  }
}

// ---- random shops ------------------------------------------------------------------------------

class RandomShops : public ::testing::TestWithParam<int> {
 protected:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }

  const RandomShop data_{seed()};
};

/// Orders have a promotion or none, whichever way they are put into rows.
void expect_promotions_are_all_orders(const Published& shop) {
  for (const auto& population : shop.manifest.populations) {
    const auto total = [&](const std::string& report, const std::string& column) {
      const Table table = shop.table(report, population.name);
      Total all;
      for (std::size_t r = 0; r < table.rows(); ++r) all.add(*table.find(column), r);
      return all.sum;
    };
    const double orders = total("daily_orders", "orders");
    const double without = total("daily_organic_orders", "order_count");
    const double with = total("inorganic_orders_per_promotion_per_day", "order_count");
    EXPECT_EQ(without + with, orders) << population.name;
    EXPECT_EQ(total("hourly_organic_orders", "order_count_total"), without) << population.name;
    EXPECT_EQ(total("inorganic_orders_per_promotion_per_hour", "order_count_total"), with)
        << population.name;
    EXPECT_EQ(total("daily_inorganic_ratio", "order_count"), with) << population.name;
    EXPECT_EQ(total("hourly_inorganic_ratio", "order_count"), with) << population.name;
    EXPECT_EQ(total("promotion_kpis", "order_count_total"), with) << population.name;
    EXPECT_GT(with, 0) << population.name;
  }
}

/// What products sold adds up to what their categories did, and days to the whole.
void expect_baskets_are_shared_out(const Published& shop) {
  for (const auto& population : shop.manifest.populations) {
    const auto total = [&](const std::string& report, const std::string& column) {
      const Table table = shop.table(report, population.name);
      Total all;
      for (std::size_t r = 0; r < table.rows(); ++r) all.add(*table.find(column), r);
      return all;
    };
    const Total revenue = total("product_kpis", "total_product_revenue_kpi");
    for (const auto& [report, column] : {std::pair("most_ordered_products", "revenue"),
                                         {"most_ordered_categories", "revenue"},
                                         {"daily_products_of_sales", "payment_amount"}}) {
      EXPECT_TRUE(total(report, column).is_close(revenue)) << population.name << "/" << report;
    }
    EXPECT_TRUE(total("most_ordered_products", "quantity")
                    .is_close(total("most_ordered_categories", "quantity")))
        << population.name;
    EXPECT_EQ(total("hourly_products_of_sales", "order_count").sum,
              total("most_ordered_products", "order_count").sum);
    EXPECT_EQ(total("daily_products_of_sales", "order_count").sum,
              total("most_ordered_products", "order_count").sum);
    EXPECT_EQ(total("hourly_categories_of_sales", "order_count").sum,
              total("most_ordered_categories", "order_count").sum);
    EXPECT_GT(revenue.magnitude, 0) << population.name;
  }
}

TEST_P(RandomShops, DimensionsAddUpAndPeriodsAgree) {
  TestShop shop(data_.files());
  shop.run();
  const Published published(shop);
  expect_dimensions_add_up(published);
  expect_periods_agree(published);
  expect_promotions_are_all_orders(published);
  expect_baskets_are_shared_out(published);
}

TEST_P(RandomShops, OrderOfRowsAndCutsOfTheWorkChangeNothing) {
  const auto with = [](std::size_t threads, std::size_t partitions) {
    runs::RunOptions options;
    options.threads = threads;
    options.partitions = partitions;
    return options;
  };
  TestShop shop(data_.files());
  shop.run(with(2, 1));
  const std::map<std::string, std::string> texts = shop.texts();
  const std::map<std::string, std::string> bytes = shop.bytes();
  ASSERT_GE(bytes.size(), 26U);
  for (const char* report : {"most_ordered_products", "most_ordered_categories", "product_kpis",
                             "daily_products_of_sales", "hourly_products_of_sales",
                             "hourly_categories_of_sales", "most_combined_products"}) {
    ASSERT_GT(shop.report(report).rows(), 1U) << report;
  }
  const auto expect_same = [&](const RandomShop& data, std::size_t files, std::size_t threads,
                               std::size_t partitions, const std::set<std::string>& except) {
    TestShop other(data.files(files));
    other.run(with(threads, partitions));
    const std::string what =
        fmt::format("{} files, {} threads, {} partitions", files, threads, partitions);
    EXPECT_EQ(differing(texts, other.texts(), except), "") << what;
    EXPECT_EQ(differing(bytes, other.bytes()), "") << what;
  };
  expect_same(data_, 1, 1, 1, {});
  expect_same(data_, 1, 2, 8, {});
  expect_same(data_, 1, 2, 64, {});
  expect_same(data_, 5, 2, 1, {});
  expect_same(data_.shuffled(seed()), 1, 2, 1, {});
  expect_same(data_.shuffled(seed() + 1), 3, 1, 8, {});
}

TEST_P(RandomShops, RunningAgainChangesNothingButTheRunsId) {
  TestShop shop(data_.files());
  const std::string first = shop.run().run;
  const std::map<std::string, std::string> texts = shop.texts();
  const std::map<std::string, std::string> bytes = shop.bytes();
  const std::string second = shop.run().run;
  EXPECT_NE(first, second);
  EXPECT_EQ(shop.manifest().run, second);
  EXPECT_EQ(differing(texts, shop.texts()), "");
  EXPECT_EQ(differing(bytes, shop.bytes()), "");
}

std::map<std::string, std::string> texts_of(reports::States& states) {
  std::map<std::string, std::string> texts;
  ThreadPool pool(2);
  for (const reports::Answer& answer : states.answers(pool)) {
    for (const Table& table : answer.tables) {
      texts[(answer.is_main ? "main" : "=" + answer.population) + "/" + table.name()] =
          to_csv(table, Zone::utc());
    }
  }
  return texts;
}

/// The journeys of a home as a process sees them, with the question of a run.
struct Worker {
  explicit Worker(const fs::path& folder) : journeys(folder) {
    question.with_all_values = true;
    ThreadPool pool(1);
    facts = reports::find_facts(journeys, question.window, pool);
    reports::find_churn_thresholds(journeys, question, facts, pool, Cancellation());
  }

  std::unique_ptr<reports::States> states() const {
    return std::make_unique<reports::States>(question, facts);
  }
  void add(std::size_t partition, reports::States& to) const {
    const journeys::Partition& from = journeys.partitions()[partition];
    std::vector<std::uint32_t> orders;
    for (std::uint32_t customer = 0; customer < from.customers(); ++customer) {
      to.add(reports::journey_in(from, customer, facts.main, orders));
    }
  }

  journeys::Journeys journeys;
  reports::Question question;
  reports::Facts facts;
};

TEST_P(RandomShops, StatesOfPartsMergeInAnyOrder) {
  TestShop shop(data_.files());
  runs::RunOptions options;
  options.partitions = 8;
  options.only = {"ingest", "journeys", "exploratory", "publish"};
  shop.run(options);
  const fs::path folder = shop.home().journeys_folder() / shop.manifest().journeys;
  const Worker here(folder);
  const Worker elsewhere(folder);
  const std::size_t partitions = here.journeys.partitions().size();
  ASSERT_EQ(partitions, 8U);

  const auto whole = here.states();
  for (std::size_t p = 0; p < partitions; ++p) here.add(p, *whole);
  const std::map<std::string, std::string> expected = texts_of(*whole);
  ASSERT_GE(expected.size(), 26U);

  Random random(seed());
  for (int round = 0; round < (is_long() ? 20 : 4); ++round) {
    std::vector<std::unique_ptr<reports::States>> parts(1 + random.below(5));
    for (auto& part : parts) part = elsewhere.states();
    std::vector<std::size_t> order;
    for (std::size_t p = 0; p < partitions; ++p) order.push_back(p);
    random.shuffle(order);
    for (const std::size_t p : order) elsewhere.add(p, *parts[random.below(parts.size())]);

    random.shuffle(parts);
    const auto all = here.states();
    for (const auto& part : parts) {
      if (random.chance(60)) {
        all->load(part->save());
      } else {
        const auto loaded = here.states();
        loaded->load(part->save());
        all->merge(*loaded);
      }
    }
    EXPECT_EQ(differing(expected, texts_of(*all)), "") << parts.size() << " parts";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomShops, ::testing::Range(1, is_long() ? 21 : 3),
                         [](const auto& seed) { return std::to_string(seed.param); });

// ---- baskets of every order --------------------------------------------------------------------

TEST_P(RandomShops, WhereEachOrderHasABasketProductsEarnAllThatWasPaid) {
  Random random(seed() + 700);
  std::string sessions = "id,client,start,pay,disc,buy,dim\n";
  std::string lines = "id,product,price,cat,qty\n";
  for (int order = 0; order < 500; ++order) {
    const bool is_order = random.chance(70);
    sessions += fmt::format("o{},{},2021-03-{:02} {:02}:30:00,{}.{:02},{},{:d},{}\n", order,
                            random.chance(5) ? "" : fmt::format("c{}", random.below(80)),
                            1 + random.below(28), random.below(24), random.below(300),
                            random.below(100), random.chance(50) ? "0.7" : "", is_order,
                            random.pick<std::string>({"X", "Y", "Z"}));
    if (!is_order) continue;
    for (std::size_t line = 0; line < 1 + random.below(4); ++line) {
      lines += fmt::format(
          "o{},p{},{},{},{}\n", order, random.below(15),
          random.pick<std::string>({"", "0", "0.1", "33.333333333333336", "-5", "19.99", "1e3"}),
          random.pick<std::string>({"", "food", "toys"}),
          random.pick<std::string>({"1", "1", "2", "0.5", "-1", "0", ""}));
    }
  }
  TestShop shop({{"sessions.csv", sessions}, {"products.csv", lines}, {"connect.toml", R"(
[sessions]
path = "sessions.csv"
anonymous = "keep"
columns = { order_id = "id", client = "client", session_start_date = "start", payment_amount = "pay", discount_amount = "disc", has_purchased = "buy", dimension = "dim" }
[products]
path = "products.csv"
columns = { order_id = "id", product = "product", price = "price", category = "cat", quantity = "qty" }
)"}});
  shop.run();
  const Published published(shop);
  expect_baskets_are_shared_out(published);
  expect_dimensions_add_up(published);
  for (const auto& population : published.manifest.populations) {
    const auto totals = [&](const std::string& report, const std::string& column) {
      Totals days;
      const Table table = published.table(report, population.name);
      for (std::size_t r = 0; r < table.rows(); ++r) {
        days[{format_day({static_cast<std::int32_t>(table.column(0).integer(r))})}].add(
            *table.find(column), r);
      }
      return days;
    };
    const Totals paid = totals("daily_revenue", "payment_amount");
    for (const auto& [day, sold] : totals("daily_products_of_sales", "payment_amount")) {
      EXPECT_NEAR(sold.sum, paid.at(day).sum, 1e-9 * std::max(1.0, sold.magnitude))
          << population.name << " " << day.front().value_or("");
    }
    const auto whole = [&](const std::string& report, const std::string& column) {
      const Table table = published.table(report, population.name);
      Total all;
      for (std::size_t r = 0; r < table.rows(); ++r) all.add(*table.find(column), r);
      return all;
    };
    EXPECT_TRUE(
        whole("product_kpis", "total_product_revenue_kpi").is_close(whole("kpis", "total_revenue")))
        << population.name;
    EXPECT_TRUE(whole("product_kpis", "total_product_discount_kpi")
                    .is_close(whole("kpis", "total_discount")))
        << population.name;
  }
}

// ---- many values of a dimension ----------------------------------------------------------------

TEST(ManyValues, TheRareOnesAreOnePopulationAndAllAddUp) {
  // Value i has 1 + (230 - i) / 40 sessions, so that many have equally few; of these the last in
  // byte order, which are the first in the file, have no population of their own.
  constexpr int kValues = 230;
  std::string sessions = "id,client,start,pay,buy,dim\n";
  int id = 0;
  for (int value = kValues - 1; value >= 0; --value) {
    for (int n = 0; n < 1 + (kValues - value) / 40; ++n, ++id) {
      sessions += fmt::format("o{},c{},2021-03-{:02} {:02}:30:00,{}.1,{},v{:03}\n", id, id % 97,
                              1 + id % 28, id % 24, id % 50, id % 2, value);
    }
  }
  TestShop shop({{"sessions.csv", sessions}, {"connect.toml", R"(
[sessions]
path = "sessions.csv"
columns = { order_id = "id", client = "client", session_start_date = "start", payment_amount = "pay", has_purchased = "buy", dimension = "dim" }
)"}});
  shop.run();
  const Published published(shop);
  const auto& populations = published.manifest.populations;
  EXPECT_EQ(populations.size(), 1U + 200U + 1U);
  EXPECT_NE(published.manifest.find("(other)"), nullptr);
  EXPECT_NE(published.manifest.find("v199"), nullptr);
  EXPECT_EQ(published.manifest.find("v200"), nullptr);
  expect_dimensions_add_up(published);
}

TEST(OneValue, IsNoDimension) {
  TestShop shop({{"sessions.csv",
                  "id,client,start,pay,buy,dim\n"
                  "1,A,2021-03-01 10:00,20,1,only\n"
                  "2,B,2021-03-02 10:00,30,1,only\n"
                  "3,C,2021-03-03 10:00,,0,other\n"},
                 {"connect.toml", R"(
[sessions]
path = "sessions.csv"
columns = { order_id = "id", client = "client", session_start_date = "start", payment_amount = "pay", has_purchased = "buy", dimension = "dim" }
)"}});
  const auto values = [&] { return shop.manifest().populations.size() - 1; };
  shop.run();
  EXPECT_EQ(values(), 2U);
  EXPECT_EQ(shop.report("dimension_kpis").rows(), 2U);
  shop.run_as_of("2021-03-02");
  EXPECT_EQ(values(), 0U);
  EXPECT_EQ(shop.manifest().not_configured.count("dimension_kpis"), 1U);
  EXPECT_EQ(shop.manifest().not_configured.count("daily_dimension_values"), 1U);
}

// ---- Online Retail -----------------------------------------------------------------------------

class OnlineRetail : public ::testing::Test {
 protected:
  static constexpr const char* kConfiguration = R"([workspace]
timezone = "Europe/London"
[sessions]
path = "{0}/sessions.csv.gz"
columns = {{ order_id = "invoice_no", client = "customer_id", session_start_date = "invoice_date", payment_amount = "amount", has_purchased = "purchased", dimension = "country" }}
[customers]
path = "{0}/customers.csv.gz"
columns = {{ client = "customer_id", download_date = "first_seen" }}
)";

  void SetUp() override {
    if (!fs::exists(data_)) {
      GTEST_SKIP() << data_ << " is not there; it holds the real data of this test.";
    }
    shop_ = std::make_unique<TestShop>(std::map<std::string, std::string>{
        {"connect.toml",
         fmt::format(kConfiguration, fs::absolute(data_).lexically_normal().string())}});
    runs::RunOptions options;
    options.threads = 2;
    options.partitions = 8;
    shop_->run(options);
  }

  const fs::path data_ = kRealData / "online_retail";
  std::unique_ptr<TestShop> shop_;
};

TEST_F(OnlineRetail, SumsAgreeAndCutsOfTheWorkChangeNothing) {
  const Published published(*shop_);
  expect_dimensions_add_up(published);
  expect_periods_agree(published);

  const std::map<std::string, std::string> texts = shop_->texts();
  const std::map<std::string, std::string> bytes = shop_->bytes();
  runs::RunOptions options;
  options.threads = 1;
  options.partitions = 1;
  shop_->run(options);
  EXPECT_EQ(differing(texts, shop_->texts()), "");
  EXPECT_EQ(differing(bytes, shop_->bytes()), "");
}

}  // namespace
}  // namespace ca::tests
