#include "ingest/difference.h"

#include <fmt/format.h>

#include "ingest/notes.h"
#include "ingest/stager.h"

namespace ca::ingest {
namespace {

using sources::Kind;

/// `s.a IS NOT DISTINCT FROM t.a AND ...`
std::string equal(std::initializer_list<std::string> columns) {
  std::string condition;
  for (const std::string& column : columns) {
    condition += fmt::format("{}s.{} IS NOT DISTINCT FROM t.{}", condition.empty() ? "" : " AND ",
                             column, column);
  }
  return condition;
}

void add_duplicates(const char* source, const char* rule, const std::string& keys,
                    sql::Connection& connection, SourceRecord& record) {
  const std::int64_t count = connection.integer(fmt::format("SELECT count(*) FROM ({})", keys));
  if (count == 0) return;
  add_finding(record.findings, {source, rule, "warn", count,
                                texts_of(connection.query(fmt::format(
                                    "SELECT DISTINCT * FROM ({}) ORDER BY 1 LIMIT 5", keys)))});
}

std::vector<std::string> date_columns(std::size_t actions) {
  std::vector<std::string> dates = {"download_date", "signup_date"};
  for (std::size_t a = 0; a < actions; ++a) dates.push_back(fmt::format("action_{}", a));
  return dates;
}

}  // namespace

std::int64_t overlap(Kind kind, sql::Connection& connection) {
  switch (kind) {
    case Kind::kSessions:
      return connection.integer(
          "SELECT count(*) FROM staged_sessions SEMI JOIN sessions USING (order_id)");
    case Kind::kDeliveries:
      // What waits for its order may be of one of these too.
      return connection.integer(
          "SELECT (SELECT count(*) FROM staged_deliveries SEMI JOIN deliveries USING (number)) + "
          "(SELECT count(*) FROM unmatched_deliveries)");
    // The earliest dates count and lines add up, whatever their order.
    case Kind::kCustomers:
    case Kind::kProducts: break;
  }
  return 0;
}

void compare_sessions(Reading reading, sql::Connection& connection, SourceRecord& record) {
  connection.run(fmt::format(
      "CREATE TABLE staged_matched AS SELECT s.number AS staged, t.number AS stored, t.client, "
      "({}) AS is_same FROM staged_sessions s JOIN sessions t USING (order_id)",
      equal({"client", "promotion_id", "dimension", "session_start_date", "date", "payment_amount",
             "discount_amount", "has_purchased", "actions"})));
  if (reading == Reading::kNew) {
    add_duplicates("sessions", "duplicate_order_id",
                   "SELECT order_id FROM staged_sessions s JOIN staged_matched m "
                   "ON m.staged = s.number",
                   connection, record);
  }
  connection.run(
      "DELETE FROM staged_sessions USING staged_matched m "
      "WHERE staged_sessions.number = m.staged AND m.is_same;"
      "UPDATE staged_sessions SET number = m.stored FROM staged_matched m "
      "WHERE staged_sessions.number = m.staged");
}

void compare_customers(Reading reading, std::size_t actions, sql::Connection& connection,
                       SourceRecord& record) {
  // Read anew, a row says what is so; of rows that come later the earliest dates count.
  const bool is_merged = reading == Reading::kNew;
  if (is_merged) {
    add_duplicates("customers", "duplicate_client",
                   "SELECT client FROM staged_customers SEMI JOIN customers USING (client)",
                   connection, record);
  }
  std::string dates;
  std::string differs = "t.client IS NULL";
  for (const std::string& date : date_columns(actions)) {
    const std::string value =
        is_merged ? fmt::format("least(s.{0}, t.{0})", date) : fmt::format("s.{}", date);
    dates += fmt::format(", {} AS {}", value, date);
    differs += fmt::format(" OR {} IS DISTINCT FROM t.{}", value, date);
  }
  connection.run(fmt::format(
      "CREATE OR REPLACE TABLE changed_customers AS SELECT s.client{}, s.notes "
      "FROM staged_customers s LEFT JOIN customers t USING (client) WHERE {};"
      "DROP TABLE staged_customers; ALTER TABLE changed_customers RENAME TO staged_customers",
      dates, differs));
}

void compare_lines(Reading reading, sql::Connection& connection) {
  if (reading == Reading::kAgain) {
    // An order whose lines are the same in any order keeps them.
    const auto summed = [](const char* table) {
      return fmt::format(
          "SELECT number, count(*) AS lines, "
          "sum(hash(product, category, price, quantity)::HUGEINT) AS content "
          "FROM {} GROUP BY number",
          table);
    };
    connection.run(fmt::format(
        "INSERT INTO staged_line_orders SELECT s.number FROM ({}) s LEFT JOIN ({}) t "
        "USING (number) WHERE t.number IS NULL OR NOT ({});"
        "DELETE FROM staged_products WHERE number NOT IN (SELECT number FROM staged_line_orders)",
        summed("staged_products"), summed("basket_lines"), equal({"lines", "content"})));
    return;
  }
  connection.run(
      fmt::format("INSERT INTO staged_products BY NAME SELECT s.number, u.* EXCLUDE (order_id) "
                  "FROM staged_unmatched_lines u JOIN staged_sessions s USING (order_id) "
                  "WHERE (u.notes & {}) = 0;"
                  "DELETE FROM staged_unmatched_lines USING staged_sessions s "
                  "WHERE staged_unmatched_lines.order_id = s.order_id",
                  note::kRejected & ~note::kOrphan));
}

void compare_deliveries(Reading reading, sql::Connection& connection, SourceRecord& record) {
  const char* columns = "delivery_date, prepare_date, return_date, latitude, longitude";
  if (reading == Reading::kNew) {
    add_duplicates("deliveries", "duplicate_delivery",
                   "SELECT k.order_id FROM staged_deliveries SEMI JOIN deliveries USING (number) "
                   "JOIN known_orders k USING (number)",
                   connection, record);
    // What waited came before what was staged now, and of what waited the last row counts.
    connection.run(fmt::format(
        "CREATE TEMP TABLE adopted AS SELECT s.number, u.* FROM staged_unmatched_deliveries u "
        "JOIN staged_sessions s USING (order_id) WHERE (u.notes & {}) = 0;"
        "DELETE FROM staged_unmatched_deliveries USING staged_sessions s "
        "WHERE staged_unmatched_deliveries.order_id = s.order_id",
        note::kRejected & ~note::kOrphan));
    const char* superseded =
        "SELECT a.order_id FROM adopted a WHERE a.number IN (SELECT number FROM "
        "staged_deliveries) OR a.row < (SELECT max(b.row) FROM adopted b "
        "WHERE b.number = a.number)";
    add_duplicates("deliveries", "duplicate_delivery", superseded, connection, record);
    connection.run(fmt::format(
        "DELETE FROM adopted a WHERE a.number IN (SELECT number FROM staged_deliveries) "
        "OR a.row < (SELECT max(b.row) FROM adopted b WHERE b.number = a.number);"
        "INSERT INTO staged_deliveries BY NAME SELECT number, {}, notes FROM adopted;"
        "DROP TABLE adopted",
        columns));
  }
  connection.run(fmt::format(
      "DELETE FROM staged_deliveries s USING deliveries t WHERE s.number = t.number "
      "AND {}",
      equal({"delivery_date", "prepare_date", "return_date", "latitude", "longitude"})));
}

void find_touched(sql::Connection& connection) {
  connection.run(
      "CREATE TABLE staged_touched AS SELECT DISTINCT client, "
      "CASE WHEN client IS NULL THEN order_id END AS order_id FROM ("
      "SELECT client, order_id FROM staged_sessions "
      "UNION ALL SELECT m.client, t.order_id FROM staged_matched m JOIN sessions t "
      "ON t.number = m.stored WHERE NOT m.is_same "
      "UNION ALL SELECT client, NULL FROM staged_customers "
      "UNION ALL SELECT client, order_id FROM sessions SEMI JOIN ("
      "SELECT number FROM staged_products UNION SELECT number FROM staged_line_orders "
      "UNION SELECT number FROM staged_deliveries) USING (number))");
}

void count_unmatched(Kind kind, sql::Connection& connection, SourceRecord& record) {
  const char* table =
      kind == Kind::kProducts ? "staged_unmatched_lines" : "staged_unmatched_deliveries";
  std::erase_if(record.findings,
                [](const QualityFinding& finding) { return finding.rule == "order_unknown"; });
  const std::int64_t count = connection.integer(fmt::format("SELECT count(*) FROM {}", table));
  if (count == 0) return;
  add_finding(record.findings,
              {std::string(name_of(kind)), "order_unknown", "error", count,
               texts_of(connection.query(
                   fmt::format("SELECT DISTINCT order_id FROM {} ORDER BY 1 LIMIT 5", table)))});
  connection.run(fmt::format(
      "DELETE FROM staged_rejects WHERE source = '{0}' AND rule = 'order_unknown';"
      "INSERT INTO staged_rejects SELECT '{0}', 'order_unknown', NULL, NULL, order_id FROM {1} "
      "LIMIT {2}",
      name_of(kind), table, kKeptRejects));
}

}  // namespace ca::ingest
