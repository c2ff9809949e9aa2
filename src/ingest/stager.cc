#include "ingest/stager.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "base/utf8.h"
#include "ingest/cleaning.h"
#include "ingest/load_watch.h"
#include "sources/changes.h"

namespace ca::ingest {
namespace {

using sources::Kind;

/// Column that names a row in samples and rejects.
std::string key_of(Kind kind) {
  switch (kind) {
    case Kind::kSessions: return "order_id";
    case Kind::kCustomers: return "client";
    case Kind::kProducts:
    case Kind::kDeliveries: break;
  }
  return "rejected_order";
}

/// Columns that only the load itself needs, behind those that are stored.
const char* own_columns(Kind kind) {
  switch (kind) {
    case Kind::kProducts: return ", rejected_order VARCHAR";
    case Kind::kDeliveries: return ", rejected_order VARCHAR, row BIGINT";
    case Kind::kSessions:
    case Kind::kCustomers: break;
  }
  return "";
}

/// Keys that ingest trims where they have white space around them.
std::vector<const char*> keys_of(Kind kind) {
  switch (kind) {
    case Kind::kSessions: return {"order_id", "client"};
    case Kind::kCustomers: return {"client"};
    case Kind::kProducts: return {"product"};
    case Kind::kDeliveries: break;
  }
  return {};
}

/// The text without white space around it where the notes say that there is some.
std::string trimmed(const std::string& column, const std::string& notes) {
  return fmt::format(
      "CASE WHEN ({1} & {2}) = 0 THEN {0} ELSE trim({0}, ' ' || chr(9) || chr(10) || chr(11) || "
      "chr(12) || chr(13)) END",
      column, notes, note::kUntrimmed);
}

/// Lines and deliveries get the number of their purchase; one whose order is no known purchase is
/// noted.
std::string with_session(const std::string& cleaned) {
  return fmt::format(
      "SELECT s.number, r.* EXCLUDE (order_id) REPLACE (r.notes | CASE WHEN s.number IS NULL AND "
      "(r.notes & {}) = 0 THEN {} ELSE 0 END AS notes), "
      "CASE WHEN s.number IS NULL OR (r.notes & {}) <> 0 THEN {} END AS rejected_order "
      "FROM ({}) r LEFT JOIN (SELECT * FROM known_orders WHERE has_purchased) s ON s.order_id = {}",
      note::kKeyMissing, note::kOrphan, note::kRejected, trimmed("r.order_id", "r.notes"), cleaned,
      trimmed("r.order_id", "r.notes"));
}

/// Whether a file is another than when it was looked at first. What was appended has been copied up
/// to there, so that the file may go on growing.
bool has_changed(const SourcePlan& source, const sources::Relation& relation) {
  return std::ranges::any_of(relation.files, [&](const sources::SeenFile& seen) {
    const bool is_copied =
        std::ranges::any_of(source.location.parts, [&](const sources::FilePart& part) {
          return part.begin > 0 && part.path.string() == seen.path;
        });
    const sources::SeenFile now = sources::look_at(seen.path);
    return !is_copied && (now.bytes != seen.bytes || now.modified != seen.modified);
  });
}

/// Where the kind keeps rows whose order is not known yet.
struct Unmatched {
  const char* table;
  const char* columns;
};

std::optional<Unmatched> unmatched_of(Kind kind) {
  if (kind == Kind::kProducts) {
    return Unmatched{"staged_unmatched_lines",
                     "rejected_order AS order_id, product, category, price, quantity, notes"};
  }
  if (kind == Kind::kDeliveries) {
    return Unmatched{"staged_unmatched_deliveries",
                     "rejected_order AS order_id, delivery_date, prepare_date, return_date, "
                     "latitude, longitude, notes, row"};
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::string> texts_of(sql::Result result) {
  std::vector<std::string> values;
  while (sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      values.push_back(chunk.is_null(0, row) ? "(empty)"
                                             : to_valid_utf8(chunk.text(0, row).substr(0, 200)));
    }
  }
  return values;
}

Stager::Outcome Stager::stage(const SourcePlan& source, std::int64_t first_number,
                              const SourceRecord& before) {
  const Kind kind = source.location.kind;
  const std::string table = staged_table(kind);
  const sources::Relation relation =
      sources::open(source.location, connection_, scratch_, cancellation_);
  Outcome outcome{.staged = {.kind = kind, .warnings = relation.warnings},
                  .record = {.configuration = source.configuration,
                             .decimal = relation.decimal,
                             .files = relation.files,
                             .findings = {}},
                  .contradiction = relation.contradiction};
  if (!outcome.contradiction.empty()) return outcome;
  check_columns(kind, source.mapping, relation);

  const auto tally = std::make_shared<CleaningTally>(first_number);
  const std::string cleaned =
      cleaned_select(source, plan_.keep_anonymous, relation, connection_, tally);
  connection_.run(fmt::format("CREATE OR REPLACE TABLE {}({}{})", table,
                              table_columns(kind, source.mapping.actions.size()),
                              own_columns(kind)));
  cancellation_.check();
  {
    const LoadWatch watch(fmt::format("ingest {}", name_of(kind)), relation.rows, connection_,
                          *tally, progress_, cancellation_);
    insert(kind, cleaned, relation.rows);
  }
  const NoteCounts notes = count_notes(kind);
  if (notes.rows_with(note::kUntrimmed) > 0) trim_keys(kind);
  StagedSource& staged = outcome.staged;
  staged.rows_read = connection_.integer("SELECT count(*) FROM " + table);
  outcome.record.rows_read = staged.rows_read;
  if (staged.rows_read != relation.rows || has_changed(source, relation)) {
    throw Error("E-FILE",
                fmt::format("{} changed while it was read.", source.location.path.string()),
                "Run again when nothing writes to it any more.",
                {{"rows_expected", std::to_string(relation.rows)},
                 {"rows_read", std::to_string(staged.rows_read)}});
  }
  keep_malformed(source, relation, before, outcome);
  add_findings(kind, notes, *tally, outcome);
  if (notes.rows_with(note::kRejected) > 0) reject(kind);
  if (kind == Kind::kSessions && !tally->order_ids.all_differ()) {
    drop_older(kind, "order_id", "rowid", "duplicate_order_id", outcome);
  }
  if (kind == Kind::kDeliveries) drop_older(kind, "number", "row", "duplicate_delivery", outcome);
  if (kind == Kind::kCustomers) merge_customers(source, outcome);
  drop_own_columns(kind);
  staged.rows_accepted = connection_.integer("SELECT count(*) FROM " + table);
  progress_.finish();
  return outcome;
}

void Stager::insert(Kind kind, const std::string& cleaned, std::int64_t rows) {
  if (kind == Kind::kSessions || kind == Kind::kCustomers) {
    connection_.run(fmt::format("INSERT INTO {} BY NAME {}", staged_table(kind), cleaned));
  } else if (kind == Kind::kProducts) {
    insert_with_session(kind, cleaned, rows);
  } else {
    // Among deliveries the last row counts, and a join keeps no order: number the rows before it.
    connection_.run("CREATE OR REPLACE TEMP TABLE loaded AS " + cleaned);
    // What waits from earlier loads came before.
    insert_with_session(kind,
                        "SELECT *, rowid + (SELECT coalesce(max(row), -1) + 1 FROM "
                        "staged_unmatched_deliveries) AS row FROM loaded",
                        rows);
    connection_.run("DROP TABLE loaded");
  }
}

/// DuckDB, which does not know how many rows a file has, keeps them with all their texts in memory,
/// and all orders pass by. Where there are not many more orders than rows, it is the orders that
/// shall be kept. Nearly all rows are of purchases, which are few of the sessions: only for what is
/// left the others are looked at.
void Stager::insert_with_session(Kind kind, const std::string& cleaned, std::int64_t rows) {
  constexpr std::int64_t kManyMore = 4;
  const bool keep_orders =
      connection_.integer("SELECT count(*) FROM known_orders WHERE has_purchased") <
      kManyMore * rows;
  if (keep_orders) {
    connection_.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
  }
  connection_.run(
      fmt::format("INSERT INTO {} BY NAME {}", staged_table(kind), with_session(cleaned)));
  connection_.run("RESET disabled_optimizers");
  find_sessions_without_purchase(kind);
}

void Stager::find_sessions_without_purchase(Kind kind) {
  const std::string table = staged_table(kind);
  const std::string left = fmt::format("(notes & {}) <> 0", note::kOrphan);
  if (connection_.integer(fmt::format("SELECT count(*) FROM {} WHERE {}", table, left)) == 0) {
    return;
  }
  connection_.run(fmt::format(
      "CREATE TEMP TABLE found AS SELECT s.order_id, s.number, r.* EXCLUDE (number) "
      "REPLACE (r.notes - {0} AS notes, "
      "CASE WHEN (r.notes & {1}) <> 0 THEN rejected_order END AS rejected_order) "
      "FROM (SELECT * FROM {2} WHERE {3}) r JOIN "
      "(SELECT * FROM known_orders WHERE NOT has_purchased) s ON s.order_id = r.rejected_order;"
      "DELETE FROM {2} WHERE {3} AND rejected_order IN (SELECT order_id FROM found);"
      "INSERT INTO {2} BY NAME SELECT * EXCLUDE (order_id) FROM found; DROP TABLE found",
      note::kOrphan, note::kRejected & ~note::kOrphan, table, left));
}

void Stager::trim_keys(Kind kind) {
  std::vector<std::string> assignments;
  for (const char* key : keys_of(kind)) {
    assignments.push_back(fmt::format("{} = {}", key, trimmed(key, "notes")));
  }
  if (assignments.empty()) return;
  connection_.run(fmt::format("UPDATE {} SET {} WHERE (notes & {}) <> 0", staged_table(kind),
                              fmt::join(assignments, ", "), note::kUntrimmed));
}

void Stager::keep_malformed(const SourcePlan& source, const sources::Relation& relation,
                            const SourceRecord& before, Outcome& outcome) {
  const sources::Malformed& malformed = relation.malformed;
  outcome.staged.malformed = malformed.count;
  outcome.record.malformed = malformed.count;
  if (malformed.count == 0) return;
  const std::string kind(name_of(source.location.kind));
  std::vector<std::string> cases;
  sql::Appender rejects(connection_, "staged_rejects");
  for (const sources::MalformedLine& line : malformed.lines) {
    rejects.row({kind, "malformed_line", line.file, line.line, line.reason + ": " + line.text});
    cases.push_back(fmt::format("{}:{} {}", std::filesystem::path(line.file).filename().string(),
                                line.line, line.reason));
  }
  rejects.finish();
  const std::int64_t broken = malformed.count + before.malformed;
  const std::int64_t lines = broken + outcome.record.rows_read + before.rows_read;
  if (static_cast<double>(broken) > source.max_malformed * static_cast<double>(lines)) {
    throw Error("E-MALFORMED",
                fmt::format("{} of {} lines of {} cannot be split into its columns, more than the "
                            "{} % that are accepted. The first: {}",
                            broken, lines, kind, 100 * source.max_malformed, cases.front()),
                "Check the separator and the quotes, or raise max_malformed for this source.",
                {{"malformed", std::to_string(broken)}});
  }
  add_finding(outcome.record.findings,
              {kind, "malformed_line", "error", malformed.count, std::move(cases)});
}

std::int64_t Stager::NoteCounts::rows_with(std::uint32_t bits) const {
  std::int64_t count = 0;
  for (const auto& [notes, rows] : groups) count += (notes & bits) != 0 ? rows : 0;
  return count;
}

Stager::NoteCounts Stager::count_notes(Kind kind) {
  sql::Result result = connection_.query(fmt::format(
      "SELECT notes, count(*) FROM {} WHERE notes <> 0 GROUP BY notes", staged_table(kind)));
  NoteCounts counts;
  while (sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      counts.groups.emplace_back(chunk.data<std::uint32_t>(0)[row],
                                 chunk.data<std::int64_t>(1)[row]);
    }
  }
  return counts;
}

void Stager::add_findings(Kind kind, const NoteCounts& notes, const CleaningTally& tally,
                          Outcome& outcome) {
  for (const NoteRule& rule : note_rules(kind)) {
    const std::int64_t count = notes.rows_with(rule.bit);
    if (count == 0) continue;
    add_finding(outcome.record.findings,
                {std::string(name_of(kind)), rule.name, rule.severity, count,
                 rule.shows_cell ? tally.sample(rule.bit) : keys_behind(kind, rule.bit)});
  }
}

std::vector<std::string> Stager::keys_behind(Kind kind, std::uint32_t bit) {
  return texts_of(connection_.query(
      fmt::format("SELECT DISTINCT {} FROM {} WHERE (notes & {}) <> 0 ORDER BY 1 LIMIT {}",
                  key_of(kind), staged_table(kind), bit, kSampleSize)));
}

void Stager::reject(Kind kind) {
  const std::string table = staged_table(kind);
  for (const NoteRule& rule : note_rules(kind)) {
    if ((rule.bit & note::kRejected) == 0) continue;
    connection_.run(
        fmt::format("INSERT INTO staged_rejects SELECT '{0}', '{1}', NULL, NULL, {2} FROM {3} "
                    "WHERE (notes & {4}) <> 0 LIMIT greatest(0, {5} - "
                    "(SELECT count(*) FROM staged_rejects WHERE source = '{0}' AND rule = '{1}'))",
                    name_of(kind), rule.name, key_of(kind), table, rule.bit, kKeptRejects));
  }
  if (const auto unmatched = unmatched_of(kind)) {
    connection_.run(fmt::format("INSERT INTO {} BY NAME SELECT {} FROM {} WHERE (notes & {}) <> 0",
                                unmatched->table, unmatched->columns, table, note::kOrphan));
  }
  connection_.run(fmt::format("DELETE FROM {} WHERE (notes & {}) <> 0", table, note::kRejected));
}

void Stager::drop_own_columns(Kind kind) {
  const std::string table = staged_table(kind);
  if (kind == Kind::kProducts || kind == Kind::kDeliveries) {
    connection_.run(fmt::format("ALTER TABLE {} DROP COLUMN rejected_order", table));
  }
  if (kind == Kind::kDeliveries) {
    connection_.run(fmt::format("ALTER TABLE {} DROP COLUMN row", table));
  }
}

/// The last row of an order wins (ruling 11); `row` numbers them in the order of the source. Lines
/// of a dropped session move to the survivor because they are looked up afterwards.
void Stager::drop_older(Kind kind, const char* key, const char* row, const char* rule,
                        Outcome& outcome) {
  const std::string table = staged_table(kind);
  const std::int64_t surplus =
      connection_.integer(fmt::format("SELECT count(*) - count(DISTINCT {}) FROM {}", key, table));
  if (surplus == 0) return;
  connection_.run(
      fmt::format("CREATE TEMP TABLE doubles AS SELECT {0} AS key, max({2}) AS survivor FROM {1} "
                  "GROUP BY {0} HAVING count(*) > 1",
                  key, table, row));
  const char* names = kind == Kind::kSessions
                          ? "SELECT key FROM doubles ORDER BY 1 LIMIT 5"
                          : "SELECT s.order_id FROM doubles JOIN known_orders s "
                            "ON s.number = doubles.key ORDER BY 1 LIMIT 5";
  add_finding(outcome.record.findings, {std::string(name_of(kind)), rule, "warn", surplus,
                                        texts_of(connection_.query(names))});
  connection_.run(
      fmt::format("DELETE FROM {0} USING doubles WHERE {0}.{1} = doubles.key "
                  "AND {0}.{2} <> doubles.survivor; DROP TABLE doubles",
                  table, key, row));
}

/// Rows of one client become one with the earliest of each date (ruling 11).
void Stager::merge_customers(const SourcePlan& source, Outcome& outcome) {
  const std::string table = staged_table(Kind::kCustomers);
  const std::int64_t surplus =
      connection_.integer(fmt::format("SELECT count(*) - count(DISTINCT client) FROM {}", table));
  if (surplus == 0) return;
  add_finding(outcome.record.findings,
              {"customers", "duplicate_client", "warn", surplus,
               texts_of(connection_.query(fmt::format(
                   "SELECT client FROM {} GROUP BY client HAVING count(*) > 1 ORDER BY 1 LIMIT 5",
                   table)))});
  std::string dates = "min(download_date) AS download_date, min(signup_date) AS signup_date";
  for (std::size_t a = 0; a < source.mapping.actions.size(); ++a) {
    dates += fmt::format(", min(action_{0}) AS action_{0}", a);
  }
  connection_.run(
      fmt::format("CREATE OR REPLACE TABLE merged_customers AS SELECT client, {}, bit_or(notes) "
                  "AS notes FROM {} "
                  "GROUP BY client; DROP TABLE {}; ALTER TABLE merged_customers RENAME TO {}",
                  dates, table, table, table));
}

}  // namespace ca::ingest
