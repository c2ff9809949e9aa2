#include "ingest/quality.h"

#include <fmt/format.h>

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
  if (plan.find(sources::Kind::kDeliveries) != nullptr) {
    checker.check("deliveries", "delivery_without_purchase", "warn",
                  "SELECT order_id AS subject, 1 AS weight FROM deliveries d "
                  "JOIN sessions s USING (number) WHERE NOT s.has_purchased");
  }
  return std::move(checker.findings);
}

}  // namespace ca::ingest
