#include "ingest/load.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/log.h"
#include "ingest/cleaning.h"

namespace ca::ingest {
namespace {

/// Looks after one long statement of DuckDB from a second thread: passes a cancellation on, and
/// tells the progress in rows. How many there will be is estimated from DuckDB's share of the work
/// done, so the stage is announced with the first estimate.
class LoadWatch {
 public:
  LoadWatch(std::string stage, sql::Connection& connection, std::atomic<std::int64_t>& rows,
            Progress& progress, const Cancellation& cancellation)
      : stage_(std::move(stage)),
        connection_(connection),
        rows_(rows),
        progress_(progress),
        cancellation_(cancellation),
        thread_([this] { watch(); }) {}
  ~LoadWatch() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
    show(100);
  }

 private:
  /// Progress that cannot be shown or recorded must not end the load, let alone the process.
  void show(double percent) noexcept {
    try {
      const std::int64_t rows = rows_.load();
      if (!is_announced_ && percent >= 1) {
        announce(static_cast<std::int64_t>(static_cast<double>(rows) * 100 / percent));
      }
      if (is_announced_) tell();
    } catch (const std::exception& failure) {
      log::warning("progress not shown", {{"stage", stage_}, {"reason", failure.what()}});
    }
  }

  void watch() {
    std::unique_lock lock(mutex_);
    while (!ended_) {
      if (cancellation_.is_cancelled()) connection_.interrupt();
      show(connection_.progress());
      wake_.wait_for(lock, std::chrono::milliseconds(50));
    }
  }
  void announce(std::int64_t rows) {
    progress_.stage(stage_, static_cast<std::uint64_t>(rows), "rows");
    is_announced_ = true;
  }
  void tell() {
    const std::int64_t rows = rows_.load();
    progress_.advance(static_cast<std::uint64_t>(rows - told_));
    told_ = rows;
  }

  std::string stage_;
  sql::Connection& connection_;
  std::atomic<std::int64_t>& rows_;
  Progress& progress_;
  const Cancellation& cancellation_;
  std::int64_t told_ = 0;
  bool is_announced_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::thread thread_;  ///< last, because it uses all of the above
};

/// Column that names a row in samples and rejects.
std::string key_of(sources::Kind kind) {
  switch (kind) {
    case sources::Kind::kSessions: return "order_id";
    case sources::Kind::kCustomers: return "client";
    case sources::Kind::kProducts:
    case sources::Kind::kDeliveries: break;
  }
  return "rejected_order";
}

std::vector<std::string> texts(sql::Result result) {
  std::vector<std::string> values;
  while (sql::Chunk chunk = result.next()) {
    for (std::size_t row = 0; row < chunk.rows(); ++row) {
      values.emplace_back(chunk.is_null(0, row) ? "(empty)" : chunk.text(0, row).substr(0, 200));
    }
  }
  return values;
}

/// Stages one source after the other on one connection.
class Stager {
 public:
  Stager(const ShopPlan& plan, sql::Connection& connection, const std::filesystem::path& scratch,
         Progress& progress, const Cancellation& cancellation)
      : plan_(plan),
        connection_(connection),
        scratch_(scratch),
        progress_(progress),
        cancellation_(cancellation) {}

  Staging run() {
    for (const sources::Kind kind : {sources::Kind::kSessions, sources::Kind::kCustomers,
                                     sources::Kind::kProducts, sources::Kind::kDeliveries}) {
      connection_.run("DROP TABLE IF EXISTS " + staged_table(kind));
    }
    connection_.run("SET enable_progress_bar = true; SET enable_progress_bar_print = false");
    connection_.run(
        "CREATE OR REPLACE TABLE staged_rejects"
        "(source VARCHAR, rule VARCHAR, file VARCHAR, line BIGINT, text VARCHAR)");
    for (const SourcePlan& source : plan_.sources) stage_source(source);
    return std::move(staging_);
  }

 private:
  void stage_source(const SourcePlan& source) {
    const sources::Kind kind = source.location.kind;
    const std::string table = staged_table(kind);
    sources::forget_malformed(connection_);
    const sources::Relation relation =
        sources::open(source.location, connection_, scratch_, cancellation_);
    check_columns(kind, source.mapping, relation);

    StagedSource staged{.kind = kind, .warnings = relation.warnings};
    const auto rows = std::make_shared<std::atomic<std::int64_t>>(0);
    const std::string cleaned =
        cleaned_select(source, plan_.keep_anonymous, relation, connection_, {}, rows);
    connection_.run(fmt::format("CREATE TABLE {}({})", table,
                                table_columns(kind, source.mapping.actions.size())));
    cancellation_.check();
    {
      const LoadWatch watch(fmt::format("ingest {}", name_of(kind)), connection_, *rows, progress_,
                            cancellation_);
      insert(kind, cleaned);
    }
    trim_keys(kind);
    staged.rows_read = connection_.integer("SELECT count(*) FROM " + table);
    keep_malformed(source, relation, staged);
    find_notes(source, relation);
    reject(kind);
    if (kind == sources::Kind::kSessions)
      drop_older(kind, "order_id", "rowid", "duplicate_order_id");
    if (kind == sources::Kind::kDeliveries) drop_older(kind, "number", "row", "duplicate_delivery");
    if (kind == sources::Kind::kCustomers) merge_customers(source);
    drop_own_columns(kind);
    staged.rows_accepted = connection_.integer("SELECT count(*) FROM " + table);
    progress_.finish();
    if (kind == sources::Kind::kSessions && staged.rows_accepted == 0) {
      throw Error("E-EMPTY", "No session survived the checks.",
                  staged.rows_read == 0 ? "The source has a header and no rows."
                                        : "Look at the rejected rows: is the mapping right?",
                  {{"rows_read", std::to_string(staged.rows_read)}});
    }
    staging_.sources.push_back(std::move(staged));
  }

  void insert(sources::Kind kind, const std::string& cleaned) {
    const std::string target = "INSERT INTO " + staged_table(kind) + " BY NAME ";
    if (kind == sources::Kind::kSessions || kind == sources::Kind::kCustomers) {
      connection_.run(target + cleaned);
    } else if (kind == sources::Kind::kProducts) {
      connection_.run(target + with_session(cleaned));
    } else {
      // Among deliveries the last row counts, and a join keeps no order: number the rows before it.
      connection_.run("CREATE OR REPLACE TEMP TABLE loaded AS " + cleaned);
      connection_.run(target + with_session("SELECT *, rowid AS row FROM loaded"));
      connection_.run("DROP TABLE loaded");
    }
  }

  /// Lines and deliveries get the number of their session; one whose order is unknown is noted.
  static std::string with_session(const std::string& cleaned) {
    return fmt::format(
        "SELECT s.number, r.* EXCLUDE (order_id) REPLACE (r.notes | CASE WHEN s.number IS NULL AND "
        "(r.notes & {}) = 0 THEN {} ELSE 0 END AS notes), "
        "CASE WHEN s.number IS NULL OR (r.notes & {}) <> 0 THEN r.order_id END AS rejected_order "
        "FROM ({}) r LEFT JOIN {} s ON s.order_id = {}",
        note::kKeyMissing, note::kOrphan, note::kRejected, cleaned,
        staged_table(sources::Kind::kSessions), trimmed("r.order_id", "r.notes"));
  }

  /// The text without white space around it where the notes say that there is some.
  static std::string trimmed(const std::string& column, const std::string& notes) {
    return fmt::format(
        "CASE WHEN ({1} & {2}) = 0 THEN {0} ELSE trim({0}, ' ' || chr(9) || chr(10) || chr(11) || "
        "chr(12) || chr(13)) END",
        column, notes, note::kUntrimmed);
  }

  void trim_keys(sources::Kind kind) {
    const std::string table = staged_table(kind);
    std::vector<std::string> assignments;
    for (const char* key : keys_of(kind)) {
      assignments.push_back(fmt::format("{} = {}", key, trimmed(key, "notes")));
    }
    if (assignments.empty()) return;
    connection_.run(fmt::format("UPDATE {} SET {} WHERE (notes & {}) <> 0", table,
                                fmt::join(assignments, ", "), note::kUntrimmed));
  }

  static std::vector<const char*> keys_of(sources::Kind kind) {
    switch (kind) {
      case sources::Kind::kSessions: return {"order_id", "client"};
      case sources::Kind::kCustomers: return {"client"};
      case sources::Kind::kProducts: return {"product"};
      case sources::Kind::kDeliveries: break;
    }
    return {};
  }

  void keep_malformed(const SourcePlan& source, const sources::Relation& relation,
                      StagedSource& staged) {
    const sources::Malformed malformed = sources::malformed_lines(relation, connection_);
    staged.malformed = malformed.count;
    if (malformed.count == 0) return;
    const std::string kind(name_of(source.location.kind));
    std::vector<std::string> sample;
    for (const sources::MalformedLine& line : malformed.lines) {
      connection_.query("INSERT INTO staged_rejects VALUES (?, 'malformed_line', ?, ?, ?)",
                        {kind, line.file, line.line, line.reason + ": " + line.text});
      if (sample.size() < 5) {
        sample.push_back(fmt::format("{}:{} {}",
                                     std::filesystem::path(line.file).filename().string(),
                                     line.line, line.reason));
      }
    }
    const auto lines = static_cast<double>(malformed.count + staged.rows_read);
    if (static_cast<double>(malformed.count) > source.max_malformed * lines) {
      throw Error(
          "E-MALFORMED",
          fmt::format("{} of {} lines of {} cannot be split into its columns, more than the "
                      "{} % that are accepted. The first: {}",
                      malformed.count, malformed.count + staged.rows_read, kind,
                      100 * source.max_malformed, sample.front()),
          "Check the separator and the quotes, or raise max_malformed for this source.",
          {{"malformed", std::to_string(malformed.count)}});
    }
    add_finding(kind, "malformed_line", "error", malformed.count, std::move(sample));
  }

  void find_notes(const SourcePlan& source, const sources::Relation& relation) {
    const sources::Kind kind = source.location.kind;
    sql::Result result = connection_.query(fmt::format(
        "SELECT notes, count(*) FROM {} WHERE notes <> 0 GROUP BY notes", staged_table(kind)));
    std::vector<std::pair<std::uint32_t, std::int64_t>> groups;
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        groups.emplace_back(chunk.data<std::uint32_t>(0)[row], chunk.data<std::int64_t>(1)[row]);
      }
    }
    for (const NoteRule& rule : note_rules(kind)) {
      std::int64_t count = 0;
      for (const auto& [bits, rows] : groups) count += (bits & rule.bit) != 0 ? rows : 0;
      if (count == 0) continue;
      add_finding(std::string(name_of(kind)), rule.name, rule.severity, count,
                  sample_of(source, relation, rule));
    }
  }

  /// The raw cells behind a rule where a field shows it (read again from the source, which stops at
  /// the fifth), else the keys of the rows.
  std::vector<std::string> sample_of(const SourcePlan& source, const sources::Relation& relation,
                                     const NoteRule& rule) {
    const std::string field = rule.sample;
    if (field.empty() || !source.mapping.columns.contains(field)) {
      return texts(connection_.query(
          fmt::format("SELECT DISTINCT {} FROM {} WHERE (notes & {}) <> 0 ORDER BY 1 LIMIT 5",
                      key_of(source.location.kind), staged_table(source.location.kind), rule.bit)));
    }
    const std::string cleaned =
        cleaned_select(source, plan_.keep_anonymous, relation, connection_, {field});
    return texts(connection_.query(fmt::format(
        "SELECT raw_{} FROM ({}) WHERE (notes & {}) <> 0 LIMIT 5", field, cleaned, rule.bit)));
  }

  void reject(sources::Kind kind) {
    const std::string table = staged_table(kind);
    for (const NoteRule& rule : note_rules(kind)) {
      if ((rule.bit & note::kRejected) == 0) continue;
      connection_.run(
          fmt::format("INSERT INTO staged_rejects SELECT '{}', '{}', NULL, NULL, {} FROM {} "
                      "WHERE (notes & {}) <> 0 LIMIT {}",
                      name_of(kind), rule.name, key_of(kind), table, rule.bit, kKeptRejects));
    }
    connection_.run(fmt::format("DELETE FROM {} WHERE (notes & {}) <> 0", table, note::kRejected));
  }

  /// Columns that only this load needed.
  void drop_own_columns(sources::Kind kind) {
    const std::string table = staged_table(kind);
    if (kind == sources::Kind::kProducts || kind == sources::Kind::kDeliveries) {
      connection_.run(fmt::format("ALTER TABLE {} DROP COLUMN rejected_order", table));
    }
    if (kind == sources::Kind::kDeliveries) {
      connection_.run(fmt::format("ALTER TABLE {} DROP COLUMN row", table));
    }
  }

  /// The last row of an order wins (ruling 11); `row` numbers them in the order of the source.
  /// Lines of a dropped session move to the survivor because they are looked up afterwards.
  void drop_older(sources::Kind kind, const char* key, const char* row, const char* rule) {
    const std::string table = staged_table(kind);
    const std::int64_t surplus = connection_.integer(
        fmt::format("SELECT count(*) - count(DISTINCT {}) FROM {}", key, table));
    if (surplus == 0) return;
    connection_.run(
        fmt::format("CREATE TEMP TABLE doubles AS SELECT {0} AS key, max({2}) AS survivor FROM {1} "
                    "GROUP BY {0} HAVING count(*) > 1",
                    key, table, row));
    const char* names = kind == sources::Kind::kSessions
                            ? "SELECT key FROM doubles ORDER BY 1 LIMIT 5"
                            : "SELECT s.order_id FROM doubles JOIN staged_sessions s "
                              "ON s.number = doubles.key ORDER BY 1 LIMIT 5";
    add_finding(std::string(name_of(kind)), rule, "warn", surplus, texts(connection_.query(names)));
    connection_.run(
        fmt::format("DELETE FROM {0} USING doubles WHERE {0}.{1} = doubles.key "
                    "AND {0}.{2} <> doubles.survivor; DROP TABLE doubles",
                    table, key, row));
  }

  /// Rows of one client become one with the earliest of each date (ruling 11).
  void merge_customers(const SourcePlan& source) {
    const std::string table = staged_table(sources::Kind::kCustomers);
    const std::int64_t surplus =
        connection_.integer(fmt::format("SELECT count(*) - count(DISTINCT client) FROM {}", table));
    if (surplus == 0) return;
    add_finding("customers", "duplicate_client", "warn", surplus,
                texts(connection_.query(fmt::format(
                    "SELECT client FROM {} GROUP BY client HAVING count(*) > 1 ORDER BY 1 LIMIT 5",
                    table))));
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

  void add_finding(std::string source, std::string rule, std::string severity, std::int64_t count,
                   std::vector<std::string> sample) {
    staging_.findings.push_back(
        {std::move(source), std::move(rule), std::move(severity), count, std::move(sample)});
  }

  const ShopPlan& plan_;
  sql::Connection& connection_;
  const std::filesystem::path& scratch_;
  Progress& progress_;
  const Cancellation& cancellation_;
  Staging staging_;
};

}  // namespace

std::string table_columns(sources::Kind kind, std::size_t customer_actions) {
  switch (kind) {
    case sources::Kind::kSessions:
      return "order_id VARCHAR USING COMPRESSION uncompressed, "
             "client VARCHAR USING COMPRESSION uncompressed, promotion_id VARCHAR, "
             "dimension VARCHAR, number BIGINT, session_start_date TIMESTAMP, date TIMESTAMP, "
             "payment_amount DOUBLE, discount_amount DOUBLE, has_purchased BOOLEAN, "
             "actions UINTEGER, notes UINTEGER";
    case sources::Kind::kCustomers: {
      std::string columns = "client VARCHAR, download_date TIMESTAMP, signup_date TIMESTAMP";
      for (std::size_t a = 0; a < customer_actions; ++a) {
        columns += fmt::format(", action_{} TIMESTAMP", a);
      }
      return columns + ", notes UINTEGER";
    }
    case sources::Kind::kProducts:
      return "number BIGINT, product VARCHAR, category VARCHAR, price DOUBLE, quantity DOUBLE, "
             "notes UINTEGER, rejected_order VARCHAR";
    case sources::Kind::kDeliveries: break;
  }
  return "number BIGINT, delivery_date TIMESTAMP, prepare_date TIMESTAMP, return_date TIMESTAMP, "
         "latitude DOUBLE, longitude DOUBLE, notes UINTEGER, rejected_order VARCHAR, row BIGINT";
}

std::string staged_table(sources::Kind kind) { return fmt::format("staged_{}", name_of(kind)); }

Staging stage(const ShopPlan& plan, sql::Connection& connection,
              const std::filesystem::path& scratch, Progress& progress,
              const Cancellation& cancellation) {
  return Stager(plan, connection, scratch, progress, cancellation).run();
}

}  // namespace ca::ingest
