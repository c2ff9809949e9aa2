#include "ingest/load.h"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "base/error.h"
#include "ingest/difference.h"
#include "ingest/stager.h"
#include "sources/changes.h"

namespace ca::ingest {
namespace {

using sources::Changes;
using sources::Kind;

constexpr Kind kKinds[] = {Kind::kSessions, Kind::kCustomers, Kind::kProducts, Kind::kDeliveries};

/// Why the sources have to be read from the beginning; nothing when what is new will do.
std::string why_full(const ShopPlan& plan, const LoadRecord& record) {
  if (record.load == 0) return "nothing has been loaded yet";
  std::set<Kind> connected;
  for (const SourcePlan& source : plan.sources) {
    const Kind kind = source.location.kind;
    connected.insert(kind);
    const auto known = record.sources.find(kind);
    if (known == record.sources.end()) return fmt::format("{} were connected", name_of(kind));
    if (known->second.configuration != source.configuration) {
      return fmt::format("how {} are read has changed", name_of(kind));
    }
  }
  for (const auto& [kind, known] : record.sources) {
    if (!connected.contains(kind)) return fmt::format("{} are not connected now", name_of(kind));
  }
  return {};
}

class Load {
 public:
  Load(const ShopPlan& plan, sql::Connection& connection, const std::filesystem::path& scratch,
       Progress& progress, const Cancellation& cancellation)
      : plan_(plan),
        connection_(connection),
        stager_(plan, connection, scratch, progress, cancellation) {}

  Staging run(bool is_full) {
    drop_what_a_killed_load_left();
    before_ = stored_record();
    staging_.why_full = is_full ? "it was asked for" : why_full(plan_, before_);
    staging_.is_full = !staging_.why_full.empty();
    record_.load = before_.load + 1;
    record_.origin = staging_.is_full ? new_origin() : before_.origin;
    prepare();
    if (staging_.is_full) {
      for (const SourcePlan& source : plan_.sources) stage_whole(source);
    } else {
      first_number_ = connection_.integer("SELECT coalesce(max(number), -1) + 1 FROM sessions");
      for (const Kind kind : kKinds) stage_new(kind);
      find_touched(connection_);
      connection_.run("DROP TABLE staged_matched");
    }
    for (const auto& [kind, source] : record_.sources) {
      staging_.findings.insert(staging_.findings.end(), source.findings.begin(),
                               source.findings.end());
    }
    stage_record(record_, connection_);
    connection_.run("DROP VIEW known_orders");
    return std::move(staging_);
  }

 private:
  void drop_what_a_killed_load_left() {
    for (const Kind kind : kKinds) {
      connection_.run("DROP TABLE IF EXISTS " + staged_table(kind));
    }
    for (const std::string& name : record_table_names()) {
      connection_.run("DROP TABLE IF EXISTS staged_" + name);
    }
    for (const char* own : {"staged_matched", "staged_touched", "staged_line_orders",
                            "merged_customers", "changed_customers"}) {
      connection_.run(fmt::format("DROP TABLE IF EXISTS {}", own));
    }
  }

  std::string new_origin() { return texts_of(connection_.query("SELECT uuid()::VARCHAR")).front(); }

  /// Of a connection without a store, that there was no load.
  LoadRecord stored_record() {
    const bool has_store = connection_.integer(
                               "SELECT count(*) FROM duckdb_tables() "
                               "WHERE table_name = 'source_loads'") > 0;
    return has_store ? read_record(connection_) : LoadRecord();
  }

  /// The tables that staging adds to: empty ones, or what the store keeps of earlier loads.
  void prepare() {
    stage_record({}, connection_);
    connection_.run("DELETE FROM staged_loads");
    if (staging_.is_full) return;
    connection_.run(
        "INSERT INTO staged_rejects FROM rejects;"
        "INSERT INTO staged_unmatched_lines FROM unmatched_lines;"
        "INSERT INTO staged_unmatched_deliveries FROM unmatched_deliveries;"
        "CREATE TABLE staged_line_orders(number BIGINT)");
  }

  void stage_whole(const SourcePlan& source) {
    const Kind kind = source.location.kind;
    Stager::Outcome outcome = stager_.stage(source, 0, {});
    if (kind == Kind::kSessions && outcome.staged.rows_accepted == 0) {
      throw Error("E-EMPTY", "No session survived the checks.",
                  outcome.staged.rows_read == 0
                      ? "The source has a header and no rows."
                      : "Look at the rejected rows: is the mapping right?",
                  {{"rows_read", std::to_string(outcome.staged.rows_read)}});
    }
    if (kind == Kind::kSessions) {
      connection_.run(
          "CREATE OR REPLACE TEMP VIEW known_orders AS "
          "SELECT order_id, number, has_purchased FROM staged_sessions");
    }
    keep(kind, std::move(outcome));
  }

  void keep(Kind kind, Stager::Outcome outcome) {
    staging_.sources.push_back(std::move(outcome.staged));
    record_.sources[kind] = std::move(outcome.record);
  }

  // ---- what is new -----------------------------------------------------------------------------

  void stage_new(Kind kind) {
    const SourcePlan* source = plan_.find(kind);
    const std::size_t actions = source == nullptr ? 0 : source->mapping.actions.size();
    connection_.run(
        fmt::format("CREATE TABLE {}({})", staged_table(kind), table_columns(kind, actions)));
    Reading reading = Reading::kNew;
    if (source != nullptr) {
      const SourceRecord& before = before_.sources.at(kind);
      record_.sources[kind] = before;
      const Changes changes = sources::changes_since(source->location, before.files);
      if (changes.kind == Changes::Kind::kAppended && !stage_parts(*source, changes)) {
        reading = Reading::kAgain;
      }
      if (changes.kind == Changes::Kind::kRewritten) {
        stage_again(*source, changes.reason);
        reading = Reading::kAgain;
      }
    }
    compare(kind, reading, source);
  }

  void compare(Kind kind, Reading reading, const SourcePlan* source) {
    SourceRecord none;
    SourceRecord& record = source == nullptr ? none : record_.sources.at(kind);
    switch (kind) {
      case Kind::kSessions:
        compare_sessions(reading, connection_, record);
        connection_.run(fmt::format(
            "CREATE OR REPLACE TEMP VIEW known_orders AS "
            "SELECT order_id, number, has_purchased FROM sessions UNION ALL "
            "SELECT order_id, number, has_purchased FROM staged_sessions WHERE number >= {}",
            first_number_));
        break;
      case Kind::kCustomers:
        compare_customers(reading, source == nullptr ? 0 : source->mapping.actions.size(),
                          connection_, record);
        break;
      case Kind::kProducts: compare_lines(reading, connection_); break;
      case Kind::kDeliveries: compare_deliveries(reading, connection_, record); break;
    }
    if (source != nullptr && (kind == Kind::kProducts || kind == Kind::kDeliveries)) {
      count_unmatched(kind, connection_, record);
    }
  }

  /// Reads the new files and what was appended. False when only the whole source tells what it
  /// means, which then was read again.
  bool stage_parts(const SourcePlan& source, const Changes& changes) {
    const Kind kind = source.location.kind;
    const SourceRecord& before = before_.sources.at(kind);
    SourcePlan parts = source;
    parts.location.parts = changes.parts;
    parts.location.decimal = before.decimal;
    std::optional<Stager::Outcome> outcome;
    try {
      outcome = stager_.stage(parts, first_number_, before);
    } catch (const Error& error) {
      // One file may lack a column that the others have.
      if (error.code() != "E-MAP-MISSING") throw;
      stage_again(source, "the new files lack a column");
      return false;
    }
    std::string why = outcome->contradiction;
    SourceRecord after = sum(before, outcome->record);
    if (!source.location.decimal && decimal_of(after) != before.decimal) {
      why = "the new rows show another decimal mark";
    }
    if (why.empty() && !changes.is_in_order && overlap(kind, connection_) > 0) {
      why = "of two rows of one order the older came later";
    }
    if (!why.empty()) {
      stage_again(source, why);
      return false;
    }
    outcome->record = std::move(after);
    keep(kind, *std::move(outcome));
    return true;
  }

  void stage_again(const SourcePlan& source, const std::string& why) {
    const Kind kind = source.location.kind;
    if (kind == Kind::kProducts) connection_.run("DELETE FROM staged_unmatched_lines");
    if (kind == Kind::kDeliveries) connection_.run("DELETE FROM staged_unmatched_deliveries");
    connection_.query("DELETE FROM staged_rejects WHERE source = ?", {std::string(name_of(kind))});
    Stager::Outcome outcome = stager_.stage(source, first_number_, {});
    outcome.staged.warnings.push_back(
        fmt::format("All of {} was read again and compared: {}.", name_of(kind), why));
    keep(kind, std::move(outcome));
  }

  static SourceRecord sum(const SourceRecord& before, const SourceRecord& now) {
    SourceRecord record = before;
    record.rows_read += now.rows_read;
    record.malformed += now.malformed;
    for (const sources::SeenFile& file : now.files) {
      std::erase_if(record.files,
                    [&](const sources::SeenFile& seen) { return seen.path == file.path; });
      record.files.push_back(file);
    }
    for (const QualityFinding& finding : now.findings) add_finding(record.findings, finding);
    return record;
  }

  /// What a load of all files would take for the decimal mark.
  static char decimal_of(const SourceRecord& record) {
    bool has_comma = false;
    bool has_point = false;
    for (const sources::SeenFile& file : record.files) {
      has_comma |= file.has_decimal_comma;
      has_point |= file.has_decimal_point;
    }
    return has_comma && !has_point ? ',' : '.';
  }

  const ShopPlan& plan_;
  sql::Connection& connection_;
  Stager stager_;
  LoadRecord before_;
  LoadRecord record_;
  std::int64_t first_number_ = 0;
  Staging staging_;
};

}  // namespace

std::string table_columns(Kind kind, std::size_t customer_actions) {
  // What a column's kind compresses well with is said, so that DuckDB does not try everything.
  const std::string key = "VARCHAR USING COMPRESSION uncompressed";  // differs from row to row
  const std::string name = "VARCHAR USING COMPRESSION dictionary";
  const std::string number = "BIGINT USING COMPRESSION bitpacking";
  const std::string instant = "TIMESTAMP USING COMPRESSION bitpacking";
  const std::string amount = "DOUBLE USING COMPRESSION alp";
  const std::string flag = "BOOLEAN USING COMPRESSION bitpacking";
  const std::string bits = "UINTEGER USING COMPRESSION bitpacking";

  std::vector<std::pair<std::string, std::string>> columns;
  switch (kind) {
    case Kind::kSessions:
      columns = {{"order_id", key},
                 {"client", key},
                 {"promotion_id", name},
                 {"dimension", name},
                 {"number", number},
                 {"session_start_date", instant},
                 {"date", instant},
                 {"payment_amount", amount},
                 {"discount_amount", amount},
                 {"has_purchased", flag},
                 {"actions", bits}};
      break;
    case Kind::kCustomers:
      columns = {{"client", key}, {"download_date", instant}, {"signup_date", instant}};
      for (std::size_t a = 0; a < customer_actions; ++a) {
        columns.emplace_back(fmt::format("action_{}", a), instant);
      }
      break;
    case Kind::kProducts:
      columns = {{"number", number},
                 {"product", name},
                 {"category", name},
                 {"price", amount},
                 {"quantity", amount}};
      break;
    case Kind::kDeliveries:
      columns = {{"number", number},       {"delivery_date", instant}, {"prepare_date", instant},
                 {"return_date", instant}, {"latitude", amount},       {"longitude", amount}};
      break;
  }
  columns.emplace_back("notes", bits);
  std::string text;
  for (const auto& [column, type] : columns) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", column, type);
  }
  return text;
}

std::string staged_table(Kind kind) { return fmt::format("staged_{}", name_of(kind)); }

Staging stage(const ShopPlan& plan, bool is_full, sql::Connection& connection,
              const std::filesystem::path& scratch, Progress& progress,
              const Cancellation& cancellation) {
  return Load(plan, connection, scratch, progress, cancellation).run(is_full);
}

}  // namespace ca::ingest
