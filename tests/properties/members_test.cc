// Who is behind a number (rulings 42 and 64): of every column that counts, in every report, the
// members of a cell add up to what the cell says.

#include "api/members.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/reports.h"
#include "base/writers.h"
#include "properties/random_shop.h"
#include "reports/catalogue.h"
#include "support/cells.h"
#include "support/test_shop.h"

namespace ca::tests {
namespace {

using reports::CellRef;
using reports::ColumnSpec;
using reports::Counted;

/// A moment and a population that questions are asked about.
struct Setting {
  std::optional<Day> from;
  std::optional<Day> to;
  std::string dimension = "main";  ///< population name
  std::string value = {};          ///< the dimension value itself

  std::string text() const {
    return fmt::format("[{}, {}] {}", from ? format_day(*from) : "", to ? format_day(*to) : "",
                       dimension);
  }
};

/// An order with what decides which sums it is in. Found by walking over sessions, with none of the
/// code that computes reports.
struct Order {
  Instant at;
  Day day;
  int hour = 0;
  Day first_day;  ///< of the customer's first order in the population
  std::int64_t number = 0;
  std::optional<std::string> promotion;
  std::string dimension;
  bool is_paid = false;
  bool is_discounted = false;
  bool is_anonymous = false;
  bool is_inside = false;  ///< the window
};

/// The orders of a population up to as_of.
std::vector<Order> orders_of(const journeys::Journeys& journeys, const Setting& setting,
                             std::int64_t as_of) {
  std::vector<Order> orders;
  for (const journeys::Partition& partition : journeys.partitions()) {
    for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
      if (partition.is_superseded(customer)) continue;
      const journeys::Journey journey = partition.journey(customer, as_of);
      std::int64_t number = 0;
      Day first;
      for (std::size_t s = 0; s < journey.size; ++s) {
        const std::string& dimension = journeys.dimensions().text(journey.dimension[s]);
        if (!journey.is_order(s)) continue;
        if (setting.dimension != "main" && dimension != setting.value) continue;
        if (number++ == 0) first = journey.day_of(s);
        Order order{{journey.start[s]}, journey.day_of(s), journey.hour[s], first, number, {},
                    dimension};
        const std::uint32_t promotion = journey.promotion[s];
        if (promotion != journeys::Dictionary::kNone) {
          order.promotion = journeys.promotions().text(promotion);
        }
        order.is_paid = !std::isnan(journey.amount[s]);
        order.is_discounted = !std::isnan(journey.discount[s]);
        order.is_anonymous = journey.is_anonymous;
        order.is_inside = !setting.from || journey.day_of(s) >= *setting.from;
        orders.push_back(std::move(order));
      }
    }
  }
  return orders;
}

/// The key of a row as JSON.
std::string key_json(const Table& table, const reports::ReportSpec& report, std::size_t row) {
  std::string json;
  for (const std::string& name : reports::key_of(report)) {
    Table cell("cell");
    const std::vector<std::size_t> chosen = {row};
    cell.add(table.find(name)->reordered(chosen));
    const std::string rows = to_json_rows(cell, Zone::utc());  // [[value]]
    json += fmt::format("{}{}:{}", json.empty() ? "" : ",", json_string(name),
                        rows.substr(2, rows.size() - 4));
  }
  return json;
}

double number_in(const Table& table, const std::string& column, std::size_t row) {
  const Column& found = *table.find(column);
  return found.type() == ColumnType::kDouble ? found.real(row)
                                             : static_cast<double>(found.integer(row));
}

/// Every report of one setting, and what is needed to say what stands behind a cell.
class Asked {
 public:
  Asked(const TestShop& shop, const journeys::Journeys& journeys, ThreadPool& pool,
        const Setting& setting)
      : journeys_(journeys), setting_(setting), pool_(pool) {
    const reports::Manifest manifest = shop.manifest();
    facts_ =
        reports::find_facts(journeys, {Instant{manifest.as_of}, setting.from, setting.to}, pool);
    orders_ = orders_of(journeys, setting, facts_.main.as_of);
    api::ReportQuery query;
    if (setting.from) query.from = format_day(*setting.from);
    if (setting.to) query.to = format_day(*setting.to);
    query.dimensions = {setting.dimension};
    for (const auto& [name, rows] : manifest.rows) {
      if (!reports::is_folded(name) || (setting.dimension != "main" && reports::is_main_only(name)))
        continue;
      query.names.push_back(name);
    }
    for (api::ReportResult& result : api::query(shop.home(), query, Cancellation())) {
      tables_.emplace(result.report, std::move(result.table));
    }
  }

  const std::map<std::string, Table>& tables() const { return tables_; }

  reports::Members members(const CellRef& cell) const {
    reports::MembersQuestion question;
    question.cell = cell;
    question.of_main = setting_.dimension == "main";
    question.population = setting_.value;
    return reports::members(journeys_, facts_, question, pool_, Cancellation());
  }

  /// What members and sessions without a client add up to.
  double expected(const Table& table, const ColumnSpec& column, std::size_t row) const {
    const std::string& report = table.name();
    const double number = number_in(table, column.name, row);
    if (table.find(column.name)->type() == ColumnType::kInteger) return number;
    const auto days = static_cast<double>(tables_.at("daily_orders").rows());
    const std::string period = report.substr(0, report.find('_'));
    if (column.name.find("_conv_") != std::string::npos) {
      return number * number_in(table, period + "_has_sessions", row) *
             (period == "hourly" ? days : 1);
    }
    if (column.unit == "orders a day" && report == "promotion_kpis") {
      return number * number_in(table, "active_days", row);
    }
    if (column.unit.ends_with("s a day")) return number * days;
    if (column.name == "churn") return number * number_in(table, "total", row);
    if (column.name == "conversion_rate") return number * number_in(table, "total_visits", row);
    if (column.name == "inorganic_ratio") {
      return number * number_in(table, "total_order_count", row);
    }
    if (report == "avg_order_count_per_promo_per_cust") {
      return number * number_in(tables_.at("promotion_number_of_customer"), "client_count", row);
    }
    if (column.name == "hourly_order_ratio") {
      return number * number_in(table, "hourly_total_orders", row);
    }
    if (column.name == "average_product_sold_per_user_kpi") {
      return number * number_in(table, "total_product_cust_kpi", row);
    }
    if (report == "product_kpis") return orders_that_hold(table.find("products")->text(row));
    // Of shares of amounts and of pairs.
    if (is_about_products(report)) return number_in(table, "order_count", row);
    if (column.unit.ends_with("s a customer")) {
      return number * number_in(table, "client_count", row);
    }
    if (column.name == "monetary" && table.find("client") != nullptr)
      return orders_with_payment_of(table.find("client")->text(row));
    if (report == "segment_table") return orders_of_segment(table.find("segment")->text(row));
    if (report.ends_with("_clusters")) {
      return customers_with_score(column.name, table.column(0).integer(row));
    }
    if (column.name == "average_basket_value_per_user") return payers();
    return static_cast<double>(std::ranges::count_if(
        orders_, [&](const Order& order) { return is_added(order, table, column.name, row); }));
  }

 private:
  static bool is_about_products(const std::string& report) {
    return reports::family_of(report).name.starts_with("product");
  }
  double orders_that_hold(const std::string& product) const {
    const Table& ranking = tables_.at("most_ordered_products");
    for (std::size_t row = 0; row < ranking.rows(); ++row) {
      if (ranking.column(0).text(row) == product) return number_in(ranking, "order_count", row);
    }
    return 0;
  }

  /// Whether the order's payment or discount is in a sum or a mean.
  bool is_added(const Order& order, const Table& table, const std::string& column,
                std::size_t row) const {
    const std::string& report = table.name();
    const bool is_discount = column.find("discount") != std::string::npos;
    if (is_discount ? !order.is_discounted : !order.is_paid) return false;
    const auto day_in = [&](const char* name) {
      return Day{static_cast<std::int32_t>(table.find(name)->integer(row))};
    };
    if (report == "customer_journey") {
      const Column& number = *table.find("order_number");
      return !order.is_anonymous && !number.is_null(row) && number.integer(row) == order.number;
    }
    if (report == "cohort_revenue") {
      if (order.is_anonymous) return false;
      const Day cohort = day_in("monthly");
      const std::int32_t offset =
          bucket_number(order.day, Period::kMonthly) - bucket_number(cohort, Period::kMonthly);
      if (bucket_of(order.first_day, Period::kMonthly) != cohort) return false;
      return column == "beyond" ? offset > 15 : offset <= std::stoi(column);
    }
    if (column.starts_with("last_week_") || column.starts_with("previous_week_")) {
      const std::int64_t age = facts_.main.as_of - order.at.micros;
      const std::int64_t week = 7 * kMicrosPerDay;
      return column.starts_with("last") ? age < week : age >= week && age < 2 * week;
    }
    if (!order.is_inside) return false;
    if (const Column* promotion = table.find("promotion_id")) {
      if (order.promotion != promotion->text(row)) return false;
    }
    if (const Column* value = table.find("dimension")) {
      if (order.dimension != value->text(row)) return false;
    }
    if (const Column* hour = table.find("hourly")) {
      if (order.hour != hour->integer(row)) return false;
    }
    constexpr std::array kPeriods = {Period::kDaily, Period::kWeekly, Period::kMonthly};
    return std::ranges::all_of(kPeriods, [&](Period period) {
      const std::string name(name_of(period));
      if (table.find(name) == nullptr) return true;
      const Day bucket = day_in(name.c_str());
      if (bucket_of(order.day, period) != bucket) return false;
      if (!report.ends_with("_new_and_returning")) return true;
      const bool is_new = bucket_of(order.first_day, period) == bucket;
      return !order.is_anonymous && is_new == column.starts_with("new_");
    });
  }

  template <class Look>
  void each_journey(Look look) const {
    for (const journeys::Partition& partition : journeys_.partitions()) {
      for (std::uint32_t customer = 0; customer < partition.customers(); ++customer) {
        if (partition.is_superseded(customer)) continue;
        const journeys::Journey journey = partition.journey(customer, facts_.main.as_of);
        if (!journey.is_anonymous) look(journey);
      }
    }
  }
  /// Orders with a payment of one journey in the population.
  std::int64_t paid(const journeys::Journey& journey, bool in_window) const {
    std::int64_t n = 0;
    for (std::size_t s = 0; s < journey.size; ++s) {
      const bool is_there = setting_.dimension == "main" ||
                            journeys_.dimensions().text(journey.dimension[s]) == setting_.value;
      const bool is_inside = !in_window || !setting_.from || journey.day_of(s) >= *setting_.from;
      n += is_there && is_inside && journey.is_order(s) && !std::isnan(journey.amount[s]) ? 1 : 0;
    }
    return n;
  }
  double orders_with_payment_of(const std::string& client) const {
    std::int64_t n = 0;
    each_journey([&](const auto& journey) {
      if (journey.client == client) n = paid(journey, false);
    });
    return static_cast<double>(n);
  }
  double orders_of_segment(const std::string& segment) const {
    const Table& rfm = tables_.at("rfm");
    double n = 0;
    for (std::size_t row = 0; row < rfm.rows(); ++row) {
      if (rfm.find("segments")->text(row) != segment) continue;
      n += orders_with_payment_of(rfm.find("client")->text(row));
    }
    return n;
  }
  double customers_with_score(const std::string& metric, std::int64_t score) const {
    const Table& rfm = tables_.at("rfm");
    double n = 0;
    for (std::size_t row = 0; row < rfm.rows(); ++row) {
      const bool scores = rfm.find(metric + "_segment")->integer(row) == score;
      n += scores && !rfm.find(metric)->is_null(row) ? 1 : 0;
    }
    return n;
  }
  double payers() const {
    std::int64_t n = 0;
    each_journey([&](const auto& journey) { n += paid(journey, true) > 0 ? 1 : 0; });
    return static_cast<double>(n);
  }

  const journeys::Journeys& journeys_;
  Setting setting_;
  ThreadPool& pool_;
  reports::Facts facts_;
  std::vector<Order> orders_;
  std::map<std::string, Table> tables_;
};

/// What is wrong with the members of a cell, or empty.
std::string look_at(const reports::Members& members, const ColumnSpec& column, double expected) {
  const Column& clients = *members.table.find("client");
  const Column& n = *members.table.find("n");
  std::int64_t sum = 0;
  std::set<std::string> seen;
  bool is_once = true;
  for (std::size_t row = 0; row < members.table.rows(); ++row) {
    sum += n.integer(row);
    is_once &= n.integer(row) == 1;
    if (n.integer(row) < 1) return "a member without a part in it";
    if (!seen.insert(clients.text(row)).second) return "a client twice";
    if (row > 0 && std::pair(-n.integer(row - 1), clients.text(row - 1)) >=
                       std::pair(-n.integer(row), clients.text(row))) {
      return "not in order";
    }
  }
  if (sum != members.n || members.total != static_cast<std::int64_t>(seen.size())) {
    return "totals that are not those of the list";
  }
  if (column.counts == Counted::kCustomers && (!is_once || members.anonymous != 0)) {
    return "customers who count more than once, or nobody";
  }
  const auto all = static_cast<double>(sum + members.anonymous);
  if (std::abs(all - expected) > 1e-6) return fmt::format("{} instead of {}", all, expected);
  return {};
}

class MembersOfShops : public ::testing::TestWithParam<int> {};

TEST_P(MembersOfShops, AddUpToEveryCell) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  const RandomShop data(seed);
  TestShop shop(data.files());
  shop.run();
  const reports::Manifest manifest = shop.manifest();
  const journeys::Journeys journeys(shop.home().journeys_folder() / manifest.journeys);
  ThreadPool pool(2);
  Random random(seed + 500);

  const auto& populations = manifest.populations;
  const auto& value = populations[1 + random.below(populations.size() - 1)];
  const Day begin = data.first_day();
  const Day from = begin + 20 + static_cast<std::int32_t>(random.below(120));
  const Day to = from + static_cast<std::int32_t>(random.below(100));
  const std::vector<Setting> settings = {{},
                                         {{}, {}, value.name, value.value},
                                         {from, to},
                                         {from, {}, value.name, value.value},
                                         {{}, to}};
  const std::size_t most = is_long() ? 200 : 10;
  std::set<std::string> columns_met;
  std::size_t cells = 0;
  std::size_t with_members = 0;
  std::int64_t anonymous = 0;
  for (const Setting& setting : settings) {
    SCOPED_TRACE(setting.text());
    const Asked asked(shop, journeys, pool, setting);
    for (const auto& [name, made] : asked.tables()) {
      const Table& table = made;
      const reports::ReportSpec& report = reports::find_report(name);
      const std::vector<ColumnSpec> columns = reports::columns_for(report, journeys.schema());
      ASSERT_EQ(columns.size(), table.width());
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (columns[c].counts == Counted::kNothing) continue;
        std::vector<std::size_t> rows;
        for (std::size_t row = 0; row < table.rows(); ++row) {
          if (!table.column(c).is_null(row)) rows.push_back(row);
        }
        random.shuffle(rows);
        // Zeros are many and say little.
        std::stable_partition(rows.begin(), rows.end(), [&](std::size_t row) {
          return number_in(table, columns[c].name, row) != 0;
        });
        if (rows.size() > most) rows.resize(most);
        for (const std::size_t row : rows) {
          const std::string text =
              fmt::format(R"({{"key":{{{}}},"column":{}}})", key_json(table, report, row),
                          json_string(columns[c].name));
          const CellRef cell = api::parse_cell(text, report, journeys.schema());
          const reports::Members members = asked.members(cell);
          ASSERT_EQ(look_at(members, columns[c], asked.expected(table, columns[c], row)), "")
              << name << " " << text;
          columns_met.insert(name + " " + columns[c].name);
          anonymous += members.anonymous;
          with_members += members.total > 0 ? 1 : 0;
          ++cells;
        }
      }
    }
  }
  EXPECT_GT(columns_met.size(), 350U);
  EXPECT_GT(with_members, 1000U);
  EXPECT_EQ(anonymous > 0, seed % 3 == 2);
  RecordProperty("cells", static_cast<int>(cells));
}

/// The members are told what else they are by the report about each customer.
TEST_P(MembersOfShops, AreDescribedAsInTheKeyFiguresOfCustomers) {
  const auto seed = static_cast<std::uint64_t>(GetParam());
  TestShop shop(RandomShop(seed).files());
  shop.run();
  for (const reports::Manifest::Population& population : shop.manifest().populations) {
    api::MembersQuery query;
    query.report = "kpis";
    query.cell = R"({"column": "total_unique_ordered_clients"})";
    query.dimensions = {population.name};
    query.order = {"client", false};
    const Table members = api::members(shop.home(), query, Cancellation()).members.table;
    const Table figures = shop.report("client_kpis", population.name);
    const auto columns = [](const Table& table, const std::vector<std::string>& names) {
      Table chosen("chosen");
      for (const std::string& name : names) {
        Column column = *table.find(name);
        column.rename(std::to_string(chosen.width()));
        chosen.add(std::move(column));
      }
      return to_csv(chosen, Zone::utc());
    };
    EXPECT_EQ(
        columns(members, {"client", "first_order", "last_order", "orders", "recency", "segment"}),
        columns(figures, {"client", "first_order_date", "last_order_date", "order_count", "recency",
                          "segments"}));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MembersOfShops, ::testing::Range(1, is_long() ? 7 : 3),
                         [](const auto& info) { return std::to_string(info.param); });

}  // namespace
}  // namespace ca::tests
