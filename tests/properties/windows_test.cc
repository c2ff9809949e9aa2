// Live windows and moments (rulings 3 and 41): a window says the same as a run on what lies in it,
// and as_of in the middle the same as data that end there.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/live.h"
#include "api/reports.h"
#include "base/writers.h"
#include "properties/random_shop.h"
#include "reports/catalogue.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

/// Reports that see only the sessions of the window, so that a run on these alone says the same.
/// Those by hour of day are means over the days of the axis, which begins at the window's first
/// day, and at the first session of such a run.
const std::vector<std::string> kOfSessions = {"daily_orders",
                                              "weekly_orders",
                                              "monthly_orders",
                                              "daily_revenue",
                                              "weekly_revenue",
                                              "monthly_revenue",
                                              "hourly_revenue",
                                              "daily_funnel",
                                              "weekly_funnel",
                                              "monthly_funnel",
                                              "weekly_average_session_per_user",
                                              "weekly_average_order_per_user",
                                              "weekly_average_payment_amount",
                                              "purchase_amount_distribution",
                                              "dimension_kpis",
                                              "daily_dimension_values",
                                              "most_ordered_products",
                                              "most_ordered_categories",
                                              "daily_products_of_sales",
                                              "product_kpis",
                                              "hourly_products_of_sales",
                                              "hourly_categories_of_sales",
                                              "most_combined_products",
                                              "inorganic_orders_per_promotion_per_day",
                                              "daily_organic_orders",
                                              "daily_inorganic_ratio",
                                              "hourly_inorganic_ratio",
                                              "daily_promotion_revenue",
                                              "daily_promotion_discount",
                                              "avg_order_count_per_promo_per_cust",
                                              "promotion_number_of_customer",
                                              "promotion_kpis",
                                              "kpis"};
const std::vector<std::string> kMeansByHour = {"hourly_orders", "hourly_funnel",
                                               "hourly_organic_orders",
                                               "inorganic_orders_per_promotion_per_hour"};
/// Columns of kpis that look back beyond the window.
const std::vector<std::string> kLookingBack = {"since_last_week_", "last_week_", "previous_week_"};
/// Reports that ignore `from` (ruling 65).
const std::vector<std::string> kOfAllHistory = {"user_counts_per_order_seq",
                                                "total_order_count_per_customer",
                                                "customer_journey",
                                                "churn",
                                                "client_kpis",
                                                "rfm",
                                                "frequency_recency",
                                                "monetary_frequency",
                                                "recency_monetary",
                                                "segmentation",
                                                "segment_table",
                                                "frequency_clusters",
                                                "monetary_clusters",
                                                "recency_clusters"};
/// Reports whose rows stand in a window if they begin in it, and say the same there.
const std::vector<std::string> kOfBuckets = {"daily_orders",
                                             "daily_revenue",
                                             "daily_funnel",
                                             "daily_funnel_downloads",
                                             "daily_new_and_returning",
                                             "daily_cohort_downloads",
                                             "weekly_cohort_downloads",
                                             "monthly_cohort_downloads",
                                             "daily_cohort_from_1_to_2",
                                             "weekly_cohort_from_1_to_2",
                                             "monthly_cohort_from_1_to_2",
                                             "daily_cohort_from_2_to_3",
                                             "weekly_cohort_from_2_to_3",
                                             "monthly_cohort_from_2_to_3",
                                             "daily_cohort_from_3_to_4",
                                             "weekly_cohort_from_3_to_4",
                                             "monthly_cohort_from_3_to_4",
                                             "cohort_revenue"};
/// Reports whose first row may be one that the window cuts, and says the same as without.
const std::vector<std::pair<std::string, Period>> kOfCutBuckets = {
    {"churn_weekly", Period::kWeekly}, {"churn_monthly", Period::kMonthly}};
/// Reports whose first row is one that the window may cut; the others say the same as without. They
/// count what lies in the window, but who is new, or took a step first, all history says.
const std::vector<std::string> kOfLaterBuckets = {
    "weekly_funnel_downloads", "monthly_funnel_downloads", "weekly_new_and_returning",
    "monthly_new_and_returning"};
/// Reports that are sums of the days of others.
const std::vector<std::string> kOfDays = {"overall_funnel", "hourly_funnel_downloads"};

struct Window {
  std::optional<Day> from;
  std::optional<Day> to;
};

std::string text_of(const Window& window) {
  return fmt::format("[{}, {}]", window.from ? format_day(*window.from) : "",
                     window.to ? format_day(*window.to) : "");
}

/// Reports of a window by population and name.
using Answers = std::map<std::string, std::map<std::string, Table>>;

Answers ask(const TestShop& shop, const Window& window, const std::vector<std::string>& reports,
            const std::vector<std::string>& populations) {
  api::ReportQuery query;
  if (window.from) query.from = format_day(*window.from);
  if (window.to) query.to = format_day(*window.to);
  Answers answers;
  const auto add = [&](bool of_main_alone, const std::vector<std::string>& dimensions) {
    query.names.clear();
    query.dimensions = dimensions;
    std::ranges::copy_if(reports, std::back_inserter(query.names), [&](const std::string& name) {
      return reports::is_main_only(name) == of_main_alone;
    });
    if (query.names.empty()) return;
    for (api::ReportResult& result : api::query(shop.home(), query, Cancellation())) {
      const bool is_named = result.columns.front().name == "population";
      Table table =
          is_named ? of_population(result.table, result.dimension) : std::move(result.table);
      answers[result.dimension].emplace(result.report, std::move(table));
    }
  };
  add(false, populations);
  add(true, {"main"});
  return answers;
}

bool is_looking_back(const std::string& column) {
  return std::ranges::any_of(kLookingBack,
                             [&](const std::string& prefix) { return column.starts_with(prefix); });
}

/// Without the columns that a run on the window's sessions cannot know.
Cells without(Cells cells, bool (*is_left_out)(const std::string&)) {
  for (std::size_t c = cells.header.size(); c-- > 0;) {
    if (!is_left_out(cells.header[c])) continue;
    cells.header.erase(cells.header.begin() + static_cast<std::ptrdiff_t>(c));
    for (Cells::Row& row : cells.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(c));
  }
  return cells;
}

/// Whether the row says nothing: no cell beside its key is a number other than 0.
bool is_empty(const Cells::Row& row, std::size_t keys) {
  return std::all_of(
      row.begin() + static_cast<std::ptrdiff_t>(keys), row.end(), [](const Cells::Cell& cell) {
        return !cell || *cell == "0" || *cell == "0.0" || *cell == "false" || *cell == "true";
      });
}

/// Takes away the rows that say nothing and are not in `other`: the window has buckets before the
/// first session and values without one.
Cells without_empty_rows(Cells cells, const Cells& other, std::size_t keys) {
  std::set<Cells::Row> known;
  const auto key_of = [&](const Cells::Row& row) {
    return Cells::Row(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(keys));
  };
  for (const Cells::Row& row : other.rows) known.insert(key_of(row));
  std::erase_if(cells.rows, [&](const Cells::Row& row) {
    return is_empty(row, keys) && !known.contains(key_of(row));
  });
  return cells;
}

/// Numbers of a report times the days of its axis.
Cells times_days(const Table& table, std::size_t days) {
  Table totals(table.name());
  for (const Column& column : table.columns()) {
    const bool is_mean =
        column.type() == ColumnType::kDouble && column.name().find("_conv_") == std::string::npos;
    if (!is_mean) {
      totals.add(column);
      continue;
    }
    Column& target = totals.add(column.name(), column.type());
    for (std::size_t row = 0; row < column.size(); ++row) {
      if (column.is_null(row)) {
        target.push_null();
      } else {
        target.push(column.real(row) * static_cast<double>(days));
      }
    }
  }
  return to_cells(totals);
}

double number(const Column& column, std::size_t row) {
  return column.type() == ColumnType::kDouble ? column.real(row)
                                              : static_cast<double>(column.integer(row));
}

/// The reports that sum up days do so inside the window, too.
void expect_sums_of_days(const std::map<std::string, Table>& tables,
                         const std::string& population) {
  const Table& axis = tables.at("daily_orders");
  const Table& by_session = tables.at("daily_funnel");
  const Table& by_customer = tables.at("daily_funnel_downloads");
  const auto sum = [](const Table& table, const std::string& column, std::int64_t first_day) {
    double sum = 0;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (table.column(0).integer(row) >= first_day) sum += number(*table.find(column), row);
    }
    return sum;
  };
  const Table& overall = tables.at("overall_funnel");
  ASSERT_EQ(overall.rows(), 1U);
  for (const Column& column : overall.columns()) {
    const std::string name = "daily_" + column.name().substr(std::string("yearly_").size());
    const Table& days = by_session.find(name) != nullptr ? by_session : by_customer;
    EXPECT_EQ(number(column, 0), sum(days, name, INT64_MIN)) << population << " " << column.name();
  }
  const Table& hours = tables.at("hourly_funnel_downloads");
  for (std::size_t c = 1; c < hours.width() && axis.rows() > 0; ++c) {
    const Column& column = hours.column(c);
    double events = 0;
    for (std::size_t row = 0; row < hours.rows(); ++row) events += column.real(row);
    EXPECT_NEAR(events * static_cast<double>(axis.rows()),
                sum(by_customer, "daily_" + column.name().substr(std::string("hourly_").size()),
                    axis.column(0).integer(0)),
                1e-6)
        << population << " " << column.name();
  }
}

TEST(WindowsOfReports, AreEachTriedInOneWay) {
  std::map<std::string, int> ways;
  for (const std::vector<std::string>& reports :
       {kOfSessions, kMeansByHour, kOfAllHistory, kOfLaterBuckets, kOfDays}) {
    for (const std::string& report : reports) ++ways[report];
  }
  for (const auto& [report, period] : kOfCutBuckets) ++ways[report];
  // Some are tried in two ways.
  for (const std::string& report : kOfBuckets) ways[report] = 1;
  for (const reports::FamilySpec& family : reports::families()) {
    for (const reports::ReportSpec& report : family.reports) {
      const bool has_window = reports::is_folded(report.name);
      EXPECT_EQ(ways[report.name], has_window ? 1 : 0) << report.name;
    }
  }
}

class Windows : public ::testing::TestWithParam<int> {
 protected:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }
  static int count() { return is_long() ? 15 : 10; }

  /// Any two days from a while before the first session until a while after the last.
  Window some_window(Random& random) const {
    const std::vector<Day>& changes = data_.days_of_change();
    const auto day = [&] {
      if (!changes.empty() && random.chance(15)) return random.pick(changes);
      const auto room = static_cast<std::size_t>(data_.last_day() - data_.first_day()) + 40;
      return data_.first_day() + static_cast<std::int32_t>(random.below(room)) - 20;
    };
    const Day a = day();
    const Day b = random.chance(10) ? a : random.chance(40) ? a + 6 : day();
    return {std::min(a, b), std::max(a, b)};
  }

  std::vector<std::string> populations() const {
    std::vector<std::string> names;
    for (const auto& population : shop_.manifest().populations) names.push_back(population.name);
    return names;
  }

  /// The end of a window: of its last day, but not after as_of.
  Instant end_of(const Window& window) const {
    const Instant as_of = {shop_.manifest().as_of};
    return window.to ? std::min(as_of, data_.zone().end_of(*window.to)) : as_of;
  }

  /// The shop after a run, the same for all tests that only ask it.
  TestShop& published() const {
    static std::map<std::uint64_t, std::unique_ptr<TestShop>> all;
    std::unique_ptr<TestShop>& shop = all[seed()];
    if (shop == nullptr) {
      shop = std::make_unique<TestShop>(data_.files());
      shop->leave_out_value();
      shop->run();
    }
    return *shop;
  }

  const RandomShop data_{seed()};
  const TestShop& shop_ = published();
};

TEST_P(Windows, CountsAreThoseOfARunOnTheWindowsSessions) {
  Random random(seed() + 100);
  int compared = 0;
  for (int i = 0; i < count(); ++i) {
    const Window window = some_window(random);
    SCOPED_TRACE(text_of(window));
    const Instant begin = data_.zone().start_of(*window.from);
    const Instant end = end_of(window);
    std::vector<std::string> reports = kOfSessions;
    reports.insert(reports.end(), kMeansByHour.begin(), kMeansByHour.end());
    Answers answers = ask(shop_, window, reports, populations());
    if (!data_.has_sessions(begin, end)) {
      for (const char* report : {"daily_orders", "daily_revenue", "weekly_funnel"}) {
        for (const Cells::Row& row : to_cells(answers["main"].at(report)).rows) {
          EXPECT_TRUE(is_empty(row, 1)) << report;
        }
      }
      for (const char* report : {"purchase_amount_distribution", "most_ordered_products",
                                 "most_combined_products", "promotion_kpis"}) {
        EXPECT_EQ(answers["main"].at(report).rows(), 0U) << report;
      }
      continue;
    }

    TestShop alone(data_.cut(begin, end).files_of_sessions());
    alone.leave_out_value();
    alone.run_as_of(moment_text(end));
    const std::map<std::string, Table> tables = alone.tables();
    for (const auto& [report, table] : tables) {
      const bool is_mean = std::ranges::find(kMeansByHour, report) != kMeansByHour.end();
      if (!is_mean && std::ranges::find(kOfSessions, report) == kOfSessions.end()) continue;
      for (const auto& population : alone.manifest().populations) {
        const Table expected = of_population(table, population.name);
        if (!population.is_main && expected.rows() == 0) continue;
        const Table& got = answers.at(population.name).at(report);
        const std::size_t keys = expected.key_columns();
        Cells wanted = to_cells(expected);
        Cells found = to_cells(got);
        if (is_mean) {
          const Table axis = of_population(tables.at("daily_orders"), population.name);
          wanted = times_days(expected, axis.rows());
          found = times_days(got, answers.at(population.name).at("daily_orders").rows());
        }
        // A first bucket that the window cuts is partial (ruling 6).
        const auto is_left_out = [](const std::string& column) {
          return column == "is_partial" || is_looking_back(column);
        };
        wanted = without(wanted, is_left_out);
        found = without_empty_rows(without(found, is_left_out), wanted, keys);
        EXPECT_EQ(differences(wanted, found, shape_of(expected), Order::kSame), "")
            << population.name << "/" << report;
        ++compared;
      }
    }
  }
  EXPECT_GE(compared, 300);
}

TEST_P(Windows, WithoutABeginTheyAreARunWithThatAsOf) {
  Random random(seed() + 200);
  TestShop until(data_.files());
  until.leave_out_value();
  until.run();
  for (int i = 0; i < count(); ++i) {
    const Window window = {std::nullopt, some_window(random).to};
    SCOPED_TRACE(text_of(window));
    // As of a day before the first session there is no run.
    if (!data_.has_sessions(Instant{INT64_MIN}, data_.zone().end_of(*window.to))) continue;
    runs::RunOptions options;
    options.only = {"exploratory", "segments", "publish"};
    options.as_of = format_day(*window.to);
    // A day that ends later than as_of means as_of (ruling 41).
    if (data_.zone().end_of(*window.to).micros >= shop_.manifest().as_of) options.as_of.reset();
    until.run(options);
    const std::map<std::string, Table> tables = until.tables();
    std::vector<std::string> reports;
    for (const auto& [report, table] : tables) {
      if (reports::is_folded(report)) reports.push_back(report);
    }
    const Answers answers = ask(shop_, window, reports, populations());
    for (const auto& [report, table] : tables) {
      for (const auto& population : until.manifest().populations) {
        if (!reports::is_folded(report)) continue;
        if (!population.is_main && reports::is_main_only(report)) continue;
        const Table expected = of_population(table, population.name);
        EXPECT_EQ(
            differing({{report, to_csv(expected, Zone::utc())}},
                      {{report, to_csv(answers.at(population.name).at(report), Zone::utc())}}),
            "")
            << population.name;
      }
    }
  }
}

TEST_P(Windows, BeginCutsBucketsAndLeavesHistoryAlone) {
  Random random(seed() + 300);
  for (int i = 0; i < count(); ++i) {
    const Window window = some_window(random);
    const Window all = {std::nullopt, window.to};
    SCOPED_TRACE(text_of(window));
    std::vector<std::string> reports = kOfBuckets;
    for (const auto& [report, period] : kOfCutBuckets) reports.push_back(report);
    reports.insert(reports.end(), kOfAllHistory.begin(), kOfAllHistory.end());
    reports.insert(reports.end(), kOfLaterBuckets.begin(), kOfLaterBuckets.end());
    reports.insert(reports.end(), kOfDays.begin(), kOfDays.end());
    reports.push_back("kpis");
    const std::vector<std::string> populations = {"main", random.pick(this->populations())};
    const Answers inside = ask(shop_, window, reports, populations);
    const Answers before = ask(shop_, all, reports, populations);
    for (const std::string& population : populations) {
      const auto expect_from = [&](const std::string& report, Day first) {
        const Table& got = inside.at(population).at(report);
        Cells expected = to_cells(before.at(population).at(report));
        std::erase_if(expected.rows,
                      [&](const Cells::Row& row) { return *row.front() < format_day(first); });
        EXPECT_EQ(differences(expected, to_cells(got), shape_of(got), Order::kSame), "")
            << population << "/" << report;
      };
      for (const std::string& report : kOfBuckets) expect_from(report, *window.from);
      for (const std::string& report : kOfLaterBuckets) {
        const auto rows = [&](const Answers& answers) {
          Cells cells = to_cells(answers.at(population).at(report));
          std::erase_if(cells.rows, [&](const Cells::Row& row) {
            return *row.front() < format_day(*window.from);
          });
          return cells.rows;
        };
        EXPECT_EQ(rows(before), rows(inside)) << population << "/" << report;
      }
      expect_sums_of_days(inside.at(population), population);
      const bool is_over = data_.zone().start_of(*window.from) > end_of(window);
      for (const auto& [report, period] : kOfCutBuckets) {
        expect_from(report, is_over ? *window.from + 32 : bucket_of(*window.from, period));
      }
      for (const std::string& report : kOfAllHistory) {
        EXPECT_EQ(to_csv(before.at(population).at(report), Zone::utc()),
                  to_csv(inside.at(population).at(report), Zone::utc()))
            << population << "/" << report;
      }
      const auto weeks = [&](const Answers& answers) {
        return without(to_cells(answers.at(population).at("kpis")),
                       [](const std::string& column) { return !is_looking_back(column); });
      };
      EXPECT_EQ(weeks(before).rows, weeks(inside).rows) << population << "/kpis";
    }
  }
}

TEST_P(Windows, AsOfInTheMiddleIsARunOnDataThatEndThere) {
  Random random(seed() + 400);
  TestShop shop(data_.files());
  shop.leave_out_value();
  runs::RunOptions again;
  again.only = {"exploratory", "segments", "tests", "anomalies", "deliveries", "publish"};
  shop.run();
  for (int i = 0; i < (is_long() ? 10 : 3); ++i) {
    const Instant as_of = {data_.moment(random).micros +
                           static_cast<std::int64_t>(random.below(2)) * kMicrosPerDay};
    SCOPED_TRACE(moment_text(as_of));
    TestShop ended(data_.cut(std::nullopt, as_of).files());
    ended.leave_out_value();
    ended.run_as_of(moment_text(as_of));
    again.as_of = moment_text(as_of);
    shop.run(again);
    EXPECT_EQ(differing(ended.texts(), shop.texts(), {"data_quality"}), "");
  }
}

TEST_P(Windows, WithoutABeginTheyAreARunOnDataThatEndThere) {
  Random random(seed() + 500);
  int compared = 0;
  for (int i = 0; i < (is_long() ? 10 : 3); ++i) {
    const Window window = {std::nullopt, some_window(random).to};
    SCOPED_TRACE(text_of(window));
    const Instant end = end_of(window);
    if (!data_.has_sessions(Instant{INT64_MIN}, end)) continue;
    TestShop ended(data_.cut(std::nullopt, end).files());
    ended.leave_out_value();
    ended.run_as_of(moment_text(end));
    const std::map<std::string, Table> tables = ended.tables();
    std::vector<std::string> reports;
    for (const auto& [report, table] : tables) {
      if (reports::is_folded(report)) reports.push_back(report);
    }
    const Answers answers = ask(shop_, window, reports, populations());
    for (const auto& [report, table] : tables) {
      for (const auto& population : ended.manifest().populations) {
        if (!reports::is_folded(report)) continue;
        if (!population.is_main && reports::is_main_only(report)) continue;
        EXPECT_EQ(to_csv(answers.at(population.name).at(report), Zone::utc()),
                  to_csv(of_population(table, population.name), Zone::utc()))
            << population.name << "/" << report;
        ++compared;
      }
    }
  }
  EXPECT_GE(compared, 100);
}

TEST_P(Windows, OneEngineAnswersLikeANewOne) {
  Random random(seed() + 600);
  api::Live live(shop_.home(), {.threads = 2});
  live.warm(Cancellation());
  std::vector<std::string> reports;
  for (const auto& [report, table] : shop_.tables()) {
    if (reports::is_folded(report)) reports.push_back(report);
  }
  const Table buyers = shop_.report("total_order_count_per_customer");
  std::set<std::string> asked;
  for (int i = 0; i < (is_long() ? 400 : 100); ++i) {
    api::ReportQuery query;
    const Window window = some_window(random);
    if (random.chance(80)) query.from = format_day(*window.from);
    if (!query.from || random.chance(80)) query.to = format_day(*window.to);
    if (query.from && random.chance(30)) query.compare = random.chance(50) ? "previous" : "year";
    if (random.chance(20)) query.shown.limit = random.below(30);
    const std::vector<std::string> values = populations();
    const std::size_t several = random.below(4);
    for (std::size_t v = 0; v < several; ++v) query.dimensions.push_back(random.pick(values));
    query.as_union = several > 1 && random.chance(50) &&
                     std::ranges::find(query.dimensions, "main") == query.dimensions.end();
    const bool is_of_main = std::ranges::all_of(
        query.dimensions, [](const std::string& name) { return name == "main"; });
    while (query.names.empty() || random.chance(50)) {
      const std::string& report = random.pick(reports);
      if (is_of_main || !reports::is_main_only(report)) query.names.push_back(report);
    }
    if (random.chance(30)) {
      query.segment = api::Segment{"some", {buyers.column(0).text(0), "nobody of this name"}};
      for (std::size_t c = random.below(40); c > 0; --c) {
        query.segment->clients.push_back(buyers.column(0).text(random.below(buyers.rows())));
      }
    }
    const std::string expected = api::to_json(api::query(shop_.home(), query, Cancellation()));
    EXPECT_EQ(*live.json(query, Cancellation()), expected)
        << text_of(window) << " " << fmt::format("{}", fmt::join(query.names, ","));
    asked.insert(query.names.begin(), query.names.end());
  }
  EXPECT_GE(asked.size(), 40U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Windows, ::testing::Range(1, is_long() ? 21 : 3),
                         [](const auto& seed) { return std::to_string(seed.param); });

}  // namespace
}  // namespace ca::tests
