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

/// Durations below zero, and those above the longest allowed.
void check_durations(Checker& checker, std::int64_t max_hours, sql::Connection& connection) {
  struct Leg {
    std::string_view name;
    const char* from;
    const char* to;
  };
  const std::array legs = {
      Leg{"deliver", "coalesce(s.date, s.session_start_date)", "d.delivery_date"},
      Leg{"prepare", "coalesce(s.date, s.session_start_date)", "d.prepare_date"},
      Leg{"ride", "d.prepare_date", "d.delivery_date"},
      Leg{"returns", "d.delivery_date", "d.return_date"}};
  // One join for all: only what is wrong is kept.
  std::string columns;
  std::string wrong;
  for (const Leg& leg : legs) {
    const std::string micros = fmt::format("epoch_us({}) - epoch_us({})", leg.to, leg.from);
    const std::int64_t longest = max_hours * kMicrosPerHour;
    columns += fmt::format(", {0} < 0 AS {1}_negative, {0} > {2} AS {1}_too_long", micros, leg.name,
                           longest);
    wrong +=
        fmt::format("{0}{1} NOT BETWEEN 0 AND {2}", wrong.empty() ? "" : " OR ", micros, longest);
  }
  connection.run(
      fmt::format("CREATE OR REPLACE TEMP TABLE wrong_durations AS SELECT s.order_id{} {} AND ({})",
                  columns, kDelivered, wrong));
  for (const Leg& leg : legs) {
    for (const char* what : {"negative", "too_long"}) {
      const std::string rule = fmt::format("{}_{}", leg.name, what);
      checker.check("deliveries", rule.c_str(), "warn",
                    fmt::format("SELECT order_id AS subject, 1 AS weight FROM wrong_durations "
                                "WHERE {}",
                                rule));
    }
  }
  connection.run("DROP TABLE wrong_durations");
}

/// Coordinates that are no place, by the rules of Ground, which looks at squares of one degree.
void check_places(Checker& checker, sql::Connection& connection) {
  const std::string square =
      "(least(floor(latitude), 89) + 90)::BIGINT * 360 + "
      "(least(floor(longitude), 179) + 180)::BIGINT";
  const std::string alone = fmt::format(
      "CASE WHEN latitude IS NULL AND longitude IS NULL THEN '{}' "
      "WHEN latitude IS NULL OR longitude IS NULL THEN '{}' "
      "WHEN abs(latitude) > 90 OR abs(longitude) > 180 THEN '{}' "
      "WHEN latitude = 0 AND longitude = 0 THEN '{}' END",
      rule_of(PlaceFault::kMissing), rule_of(PlaceFault::kIncomplete),
      rule_of(PlaceFault::kOutOfRange), rule_of(PlaceFault::kZero));
  Ground ground;
  std::vector<std::size_t> squares;
  sql::Result result = connection.query(fmt::format(
      "SELECT {} AS square, count(*) {} AND ({}) IS NULL GROUP BY 1", square, kDelivered, alone));
  while (const sql::Chunk chunk = result.next()) {
    const auto* const numbers = chunk.data<std::int64_t>(0);
    const auto* const counts = chunk.data<std::int64_t>(1);
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      squares.push_back(static_cast<std::size_t>(numbers[row]));
      ground.add(squares.back(), counts[row]);
    }
  }
  ground.find_faults();
  std::string in_square = "CASE";
  for (const std::size_t one : squares) {
    if (ground.fault_in(one) == PlaceFault::kNone) continue;
    in_square += fmt::format(" WHEN {} = {} THEN '{}'", square, one, rule_of(ground.fault_in(one)));
  }
  in_square = in_square == "CASE" ? "NULL" : in_square + " END";
  // Again one join for all.
  connection.run(
      fmt::format("CREATE OR REPLACE TEMP TABLE wrong_places AS SELECT * FROM (SELECT order_id, "
                  "coalesce({}, {}) AS rule {}) WHERE rule IS NOT NULL",
                  alone, in_square, kDelivered));
  for (const PlaceFault fault :
       {PlaceFault::kMissing, PlaceFault::kIncomplete, PlaceFault::kOutOfRange, PlaceFault::kZero,
        PlaceFault::kMirrored}) {
    const std::string rule(rule_of(fault));
    checker.check("deliveries", rule.c_str(), fault == PlaceFault::kMissing ? "info" : "warn",
                  fmt::format("SELECT order_id AS subject, 1 AS weight FROM wrong_places "
                              "WHERE rule = '{}'",
                              rule));
  }
  connection.run("DROP TABLE wrong_places");
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
    check_durations(checker, plan.max_delivery_hours, connection);
    const auto maps = [&](const char* field) {
      return deliveries->mapping.columns.contains(field);
    };
    if (maps("latitude") && maps("longitude")) check_places(checker, connection);
  }
  return std::move(checker.findings);
}

}  // namespace ca::ingest
