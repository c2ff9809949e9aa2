#include "ingest/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/calendar.h"
#include "base/ground.h"
#include "ingest/cleaning.h"

namespace ca::ingest {
namespace {

class Checker {
 public:
  Checker(sql::Connection& connection, const Cancellation& cancellation)
      : connection_(connection), cancellation_(cancellation) {}

  /// Counts the rows of `cases` (a SELECT with the columns `subject` and `weight`) and keeps five.
  void check(const char* source, const char* rule, const char* severity, const std::string& cases) {
    cancellation_.check();
    const std::int64_t count =
        connection_.integer(fmt::format("SELECT coalesce(sum(weight), 0) FROM ({})", cases));
    if (count == 0) return;
    QualityFinding finding{source, rule, severity, count, {}};
    sql::Result result = connection_.query(fmt::format(
        "SELECT DISTINCT CAST(subject AS VARCHAR) FROM ({}) ORDER BY 1 LIMIT 5", cases));
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        finding.sample.emplace_back(chunk.is_null(0, row) ? "(empty)"
                                                          : chunk.text(0, row).substr(0, 200));
      }
    }
    findings.push_back(std::move(finding));
  }

  std::vector<QualityFinding> findings;

 private:
  sql::Connection& connection_;
  const Cancellation& cancellation_;
};

/// Deliveries of orders, as reports see them (ruling 34): what is wrong is left out of the reports
/// it is about and stays an order.
constexpr const char* kDelivered =
    "FROM deliveries d JOIN sessions s USING (number) WHERE s.has_purchased";

/// The conditions of durations below zero, and above the longest allowed, by rule.
std::vector<std::pair<std::string, std::string>> wrong_durations(std::int64_t max_hours) {
  struct Leg {
    const char* name;
    const char* from;
    const char* to;
  };
  constexpr std::array kLegs = {
      Leg{"deliver", "coalesce(s.date, s.session_start_date)", "d.delivery_date"},
      Leg{"prepare", "coalesce(s.date, s.session_start_date)", "d.prepare_date"},
      Leg{"ride", "d.prepare_date", "d.delivery_date"},
      Leg{"returns", "d.delivery_date", "d.return_date"}};
  std::vector<std::pair<std::string, std::string>> rules;
  for (const Leg& leg : kLegs) {
    const std::string micros = fmt::format("epoch_us({}) - epoch_us({})", leg.to, leg.from);
    rules.emplace_back(fmt::format("{}_negative", leg.name), micros + " < 0");
    rules.emplace_back(fmt::format("{}_too_long", leg.name),
                       fmt::format("{} > {}", micros, max_hours * kMicrosPerHour));
  }
  return rules;
}

/// The rule of coordinates that are no place by themselves, else null.
std::string fault_alone() {
  return fmt::format(
      "CASE WHEN latitude IS NULL AND longitude IS NULL THEN '{}' "
      "WHEN latitude IS NULL OR longitude IS NULL THEN '{}' "
      "WHEN abs(latitude) > 90 OR abs(longitude) > 180 THEN '{}' "
      "WHEN latitude = 0 AND longitude = 0 THEN '{}' END",
      rule_of(PlaceFault::kMissing), rule_of(PlaceFault::kIncomplete),
      rule_of(PlaceFault::kOutOfRange), rule_of(PlaceFault::kZero));
}

/// Ground::square_of() in SQL.
constexpr const char* kSquare =
    "(least(floor(latitude), 89) + 90)::INTEGER * 360 + "
    "(least(floor(longitude), 179) + 180)::INTEGER";

/// Adds to `doubtful` the orders in squares whose places cannot be meant: by another join, as there
/// are hardly ever any.
void find_faulty_squares(sql::Connection& connection) {
  Ground ground;
  std::vector<std::int32_t> squares;
  sql::Result result = connection.query(
      "SELECT square, count(*) FROM judged WHERE square IS NOT NULL GROUP BY square");
  while (const sql::Chunk chunk = result.next()) {
    const auto* const numbers = chunk.data<std::int32_t>(0);
    const auto* const counts = chunk.data<std::int64_t>(1);
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      squares.push_back(numbers[row]);
      ground.add(static_cast<std::size_t>(numbers[row]), counts[row]);
    }
  }
  ground.find_faults();
  std::string rules;
  for (const std::int32_t square : squares) {
    const PlaceFault fault = ground.fault_in(static_cast<std::size_t>(square));
    if (fault == PlaceFault::kNone) continue;
    rules += fmt::format(" WHEN {} THEN '{}'", square, rule_of(fault));
  }
  if (rules.empty()) return;
  connection.run(fmt::format(
      "INSERT INTO doubtful BY NAME SELECT * FROM (SELECT order_id, CASE {}{} END AS place {} AND "
      "({}) IS NULL) WHERE place IS NOT NULL",
      kSquare, rules, kDelivered, fault_alone()));
}

/// Durations and coordinates. One join for all; of orders only those that are wrong are kept.
void check_deliveries(Checker& checker, std::int64_t max_hours, bool with_places,
                      sql::Connection& connection) {
  const auto durations = wrong_durations(max_hours);
  std::string flags;
  std::string is_wrong = "place IS NOT NULL";
  for (const auto& [rule, condition] : durations) {
    flags += fmt::format(", {} AS {}", condition, rule);
    is_wrong += fmt::format(" OR {}", rule);
  }
  const std::string place = with_places ? fault_alone() : "NULL::VARCHAR";
  connection.run(fmt::format(
      "CREATE OR REPLACE TEMP TABLE judged AS SELECT CASE WHEN {} THEN order_id END AS order_id, * "
      "EXCLUDE (order_id) FROM (SELECT order_id, {} AS place, {} AS square{} {});"
      "CREATE OR REPLACE TEMP TABLE doubtful AS SELECT * EXCLUDE (square) FROM judged "
      "WHERE order_id IS NOT NULL",
      is_wrong, place,
      with_places ? fmt::format("CASE WHEN ({}) IS NULL THEN {} END", place, kSquare) : "NULL",
      flags, kDelivered));
  if (with_places) find_faulty_squares(connection);
  const auto check = [&](const std::string& rule, const char* severity,
                         const std::string& condition) {
    checker.check("deliveries", rule.c_str(), severity,
                  "SELECT order_id AS subject, 1 AS weight FROM doubtful WHERE " + condition);
  };
  for (const auto& [rule, condition] : durations) check(rule, "warn", rule);
  for (const PlaceFault fault :
       {PlaceFault::kMissing, PlaceFault::kIncomplete, PlaceFault::kOutOfRange, PlaceFault::kZero,
        PlaceFault::kMirrored}) {
    const std::string rule(rule_of(fault));
    check(rule, fault == PlaceFault::kMissing ? "info" : "warn", fmt::format("place = '{}'", rule));
  }
  connection.run("DROP TABLE judged; DROP TABLE doubtful");
}

}  // namespace

std::vector<QualityFinding> check_quality(const ShopPlan& plan, sql::Connection& connection,
                                          const Cancellation& cancellation) {
  Checker checker(connection, cancellation);
  checker.check("sessions", "payment_negative", "warn",
                "SELECT order_id AS subject, 1 AS weight FROM sessions "
                "WHERE has_purchased AND payment_amount < 0");
  checker.check("sessions", "purchase_without_payment", "warn",
                "SELECT order_id AS subject, 1 AS weight FROM sessions "
                "WHERE has_purchased AND payment_amount IS NULL");

  if (const SourcePlan* customers = plan.find(sources::Kind::kCustomers)) {
    register_clock(connection, "wall_clock", Zone::find(plan.timezone));
    register_clock(connection, "start_clock",
                   Zone::find(plan.find(sources::Kind::kSessions)->timezone));
    register_clock(connection, "download_clock", Zone::find(customers->timezone));
    // Where a column holds only dates, times of day say nothing and days are compared (ruling 25).
    const bool only_dates =
        connection.integer(
            "SELECT count(*) FROM (SELECT 1 FROM sessions WHERE "
            "start_clock(session_start_date)::TIME <> TIME '00:00:00' LIMIT 1)") == 0 ||
        connection.integer(
            "SELECT count(*) FROM (SELECT 1 FROM customers WHERE "
            "download_clock(download_date)::TIME <> TIME '00:00:00' LIMIT 1)") == 0;
    // Only sessions that one of the rules may be about are grouped: few, where the data are good.
    // No clock was ever put back by more than a day, so two days are room enough.
    connection.run(fmt::format(
        "CREATE OR REPLACE TEMP TABLE suspects AS SELECT s.client, count(*) AS sessions, "
        "bool_or(c.client IS NULL) AS is_unknown, any_value(c.download_date) AS download, "
        "min(session_start_date) AS first_session, "
        "min(session_start_date) FILTER (has_purchased) AS first_order "
        "FROM sessions s LEFT JOIN customers c USING (client) WHERE s.client IS NOT NULL AND "
        "(c.client IS NULL OR s.session_start_date < c.download_date{}) GROUP BY s.client",
        only_dates ? " + INTERVAL 2 DAYS" : ""));
    checker.check("sessions", "client_unknown", "warn",
                  "SELECT client AS subject, sessions AS weight FROM suspects WHERE is_unknown");
    const char* before =
        only_dates ? "wall_clock({})::DATE < wall_clock(download)::DATE" : "{} < download";
    for (const auto& [column, rule] : {std::pair{"first_session", "session_before_download"},
                                       std::pair{"first_order", "order_before_download"}}) {
      checker.check("customers", rule, "warn",
                    "SELECT client AS subject, 1 AS weight FROM suspects WHERE " +
                        fmt::format(fmt::runtime(before), column));
    }
    connection.run("DROP TABLE suspects");
  }
  if (const SourcePlan* deliveries = plan.find(sources::Kind::kDeliveries)) {
    checker.check("deliveries", "delivery_without_purchase", "warn",
                  "SELECT order_id AS subject, 1 AS weight FROM deliveries d "
                  "JOIN sessions s USING (number) WHERE NOT s.has_purchased");
    const auto maps = [&](const char* field) {
      return deliveries->mapping.columns.contains(field);
    };
    check_deliveries(checker, plan.max_delivery_hours, maps("latitude") && maps("longitude"),
                     connection);
  }
  return std::move(checker.findings);
}

}  // namespace ca::ingest
