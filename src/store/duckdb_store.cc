#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <mutex>
#include <optional>
#include <vector>

#include "base/error.h"
#include "ingest/load.h"
#include "store/store.h"

namespace ca::store {
namespace {

struct StoredTable {
  sources::Kind kind;
  const char* name;
};

constexpr StoredTable kTables[] = {
    {sources::Kind::kSessions, "sessions"},
    {sources::Kind::kCustomers, "customers"},
    {sources::Kind::kProducts, "basket_lines"},
    {sources::Kind::kDeliveries, "deliveries"},
};

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();

using Instants = sql::Cells<std::int64_t>;
using Numbers = sql::Cells<double>;

/// A text that is there has a data() that is not null, also when it is empty.
class Texts {
 public:
  Texts(const sql::Chunk& chunk, std::size_t column) : cells_(chunk, column) {}
  std::string_view operator[](std::size_t row) const {
    return cells_.is_null(row) ? std::string_view() : sql::view_of(cells_[row]);
  }

 private:
  sql::Cells<duckdb_string_t> cells_;
};

class DuckDbStore : public Store {
 public:
  DuckDbStore(const std::filesystem::path& file, const sql::Options& options)
      : database_(file.string(), options), connection_(database_.connect()) {
    for (const StoredTable& table : kTables) {
      connection_.run(fmt::format("CREATE TABLE IF NOT EXISTS {}({})", table.name,
                                  ingest::table_columns(table.kind, 0)));
    }
    connection_.run(ingest::record_tables());
    connection_.run(
        "CREATE TABLE IF NOT EXISTS touched(load BIGINT, client VARCHAR, order_id VARCHAR)");
  }

  sql::Connection& staging() override { return connection_; }
  sql::Connection connect() override { return database_.connect(); }

  void replace_with_staged() override {
    std::string swap;
    for (const StoredTable& table : kTables) {
      const std::string staged = ingest::staged_table(table.kind);
      const bool is_staged =
          connection_.integer("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?",
                              {staged}) > 0;
      swap += fmt::format("DROP TABLE {};", table.name);
      swap += is_staged ? fmt::format("ALTER TABLE {} RENAME TO {};", staged, table.name)
                        : fmt::format("CREATE TABLE {}({});", table.name,
                                      ingest::table_columns(table.kind, 0));
    }
    commit(swap + swapped_record() + "DELETE FROM touched;");
  }

  void merge_staged() override {
    std::string merge;
    for (const StoredTable& table : kTables) {
      const std::string staged = ingest::staged_table(table.kind);
      const bool has_lines = table.kind == sources::Kind::kProducts;
      merge += fmt::format(
          "DELETE FROM {0} USING {1} s WHERE {0}.{2} = s.{2};"
          "INSERT INTO {0} BY NAME SELECT * FROM {3}; DROP TABLE {3};",
          table.name, has_lines ? "staged_line_orders" : staged,
          table.kind == sources::Kind::kCustomers ? "client" : "number", staged);
    }
    commit(merge +
           "INSERT INTO touched SELECT (SELECT newest FROM staged_loads), client, order_id "
           "FROM staged_touched; DROP TABLE staged_touched; DROP TABLE staged_line_orders;" +
           swapped_record());
  }

  Loads loads() override {
    const ingest::LoadRecord record = ingest::read_record(connection_);
    return {record.load, record.origin};
  }

  Counts counts() override {
    const auto count = [&](const char* table) {
      return connection_.integer(fmt::format("SELECT count(*) FROM {}", table));
    };
    return {count("sessions"), count("customers"), count("basket_lines"), count("deliveries")};
  }

  std::int64_t next_session_number() override {
    return connection_.integer("SELECT coalesce(max(number), -1) + 1 FROM sessions");
  }

  void scan_sessions(const Rows& rows,
                     const std::function<void(const SessionRow&)>& visit) override {
    sql::Connection connection = database_.connect();
    sql::Result result = connection.stream(
        "SELECT order_id, client, session_start_date, date, payment_amount, discount_amount, "
        "has_purchased, actions, promotion_id, dimension, number FROM " +
        part_of("sessions", rows, connection) + of_touched(rows.since));
    while (sql::Chunk chunk = result.next()) {
      const Texts order_ids(chunk, 0), clients(chunk, 1), promotions(chunk, 8),
          dimensions(chunk, 9);
      const Instants starts(chunk, 2), ends(chunk, 3);
      const Numbers amounts(chunk, 4), discounts(chunk, 5);
      const sql::Cells<bool> purchases(chunk, 6);
      const sql::Cells<std::uint32_t> actions(chunk, 7);
      const sql::Cells<std::int64_t> numbers(chunk, 10);
      for (std::size_t row = 0, end = chunk.rows(); row < end; ++row) {
        visit({.number = numbers[row],
               .order_id = order_ids[row],
               .client = clients[row],
               .start = starts[row],
               .end = ends.value_or(row, kNoInstant),
               .amount = amounts.value_or(row, kNoNumber),
               .discount = discounts.value_or(row, kNoNumber),
               .has_purchased = purchases[row],
               .actions = actions[row],
               .promotion = promotions[row],
               .dimension = dimensions[row]});
      }
    }
  }

  void scan_customers(const Rows& rows, std::size_t actions,
                      const std::function<void(const CustomerRow&)>& visit) override {
    std::string columns = "client, download_date, signup_date";
    for (std::size_t a = 0; a < actions; ++a) columns += fmt::format(", action_{}", a);
    sql::Connection connection = database_.connect();
    sql::Result result = connection.stream(fmt::format(
        "SELECT {} FROM {}{}", columns, part_of("customers", rows, connection),
        rows.since ? fmt::format(" SEMI JOIN ({}) USING (client)", touched(*rows.since)) : ""));
    std::vector<std::int64_t> instants(actions);
    while (sql::Chunk chunk = result.next()) {
      const Texts clients(chunk, 0);
      const Instants downloads(chunk, 1), signups(chunk, 2);
      std::vector<Instants> action_columns;
      for (std::size_t a = 0; a < actions; ++a) action_columns.emplace_back(chunk, 3 + a);
      for (std::size_t row = 0, end = chunk.rows(); row < end; ++row) {
        for (std::size_t a = 0; a < actions; ++a) {
          instants[a] = action_columns[a].value_or(row, kNoInstant);
        }
        visit({.client = clients[row],
               .download = downloads.value_or(row, kNoInstant),
               .signup = signups.value_or(row, kNoInstant),
               .actions = instants.data()});
      }
    }
  }

  void scan_basket_lines(const Rows& rows,
                         const std::function<void(const BasketLineRow&)>& visit) override {
    sql::Connection connection = database_.connect();
    sql::Result result =
        connection.stream("SELECT number, product, category, price, quantity FROM " +
                          part_of("basket_lines", rows, connection) + of_touched(rows.since));
    while (sql::Chunk chunk = result.next()) {
      const sql::Cells<std::int64_t> sessions(chunk, 0);
      const Texts products(chunk, 1), categories(chunk, 2);
      const Numbers prices(chunk, 3), quantities(chunk, 4);
      for (std::size_t row = 0, end = chunk.rows(); row < end; ++row) {
        visit({.session = sessions[row],
               .product = products[row],
               .category = categories[row],
               .price = prices.value_or(row, kNoNumber),
               .quantity = quantities.value_or(row, kNoNumber)});
      }
    }
  }

  void scan_deliveries(const Rows& rows,
                       const std::function<void(const DeliveryRow&)>& visit) override {
    sql::Connection connection = database_.connect();
    sql::Result result = connection.stream(
        "SELECT number, delivery_date, prepare_date, return_date, latitude, longitude FROM " +
        part_of("deliveries", rows, connection) + of_touched(rows.since));
    while (sql::Chunk chunk = result.next()) {
      const sql::Cells<std::int64_t> sessions(chunk, 0);
      const Instants deliveries(chunk, 1), prepared(chunk, 2), returned(chunk, 3);
      const Numbers latitudes(chunk, 4), longitudes(chunk, 5);
      for (std::size_t row = 0, end = chunk.rows(); row < end; ++row) {
        visit({.session = sessions[row],
               .delivery = deliveries[row],
               .prepare = prepared.value_or(row, kNoInstant),
               .giving_back = returned.value_or(row, kNoInstant),
               .latitude = latitudes.value_or(row, kNoNumber),
               .longitude = longitudes.value_or(row, kNoNumber)});
      }
    }
  }

  void scan_touched(std::int64_t since,
                    const std::function<void(const TouchedRow&)>& visit) override {
    sql::Result result = connection_.stream(touched(since));
    while (sql::Chunk chunk = result.next()) {
      const Texts clients(chunk, 0), order_ids(chunk, 1);
      for (std::size_t row = 0, end = chunk.rows(); row < end; ++row) {
        visit({.client = clients[row], .order_id = order_ids[row]});
      }
    }
  }

  void forget_touched(std::int64_t load) override {
    connection_.query("DELETE FROM touched WHERE load <= ?", {load});
  }

  std::int64_t touched_sessions(std::int64_t since) override {
    gather_touched(since);
    return connection_.integer("SELECT count(*) FROM touched_sessions");
  }

  std::pair<std::int64_t, std::int64_t> session_range() override {
    return {connection_.integer("SELECT epoch_us(min(session_start_date)) FROM sessions"),
            connection_.integer("SELECT epoch_us(max(session_start_date)) FROM sessions")};
  }

 private:
  /// The part of a table as something to select from.
  static std::string part_of(const char* table, const Rows& rows, sql::Connection& connection) {
    if (rows.parts == 1) return table;
    const auto count = static_cast<std::size_t>(
        connection.integer(fmt::format("SELECT max(rowid) + 1 FROM {}", table)));
    return fmt::format("(SELECT * FROM {0} WHERE rowid >= {1} AND rowid < {2}) {0}", table,
                       rows.begin(count), rows.end(count));
  }
  static std::string touched(std::int64_t since) {
    return fmt::format("SELECT DISTINCT client, order_id FROM touched WHERE load > {}", since);
  }
  /// Restricts rows with a session's number to those of the touched customers.
  std::string of_touched(std::optional<std::int64_t> since) {
    if (!since) return {};
    gather_touched(*since);
    return " SEMI JOIN touched_sessions USING (number)";
  }
  /// Numbers of the sessions of the touched customers, looked up once for all scans.
  void gather_touched(std::int64_t since) {
    const std::lock_guard lock(gathering_);
    if (gathered_since_ == since) return;
    std::string numbers = fmt::format(
        "SELECT number FROM sessions SEMI JOIN (SELECT client FROM touched WHERE load > {}) "
        "USING (client)",
        since);
    const std::string without_client =
        fmt::format("SELECT order_id FROM touched WHERE load > {} AND client IS NULL", since);
    if (connection_.integer("SELECT count(*) FROM (" + without_client + ")") > 0) {
      numbers += " UNION ALL SELECT number FROM sessions WHERE client IS NULL AND order_id IN (" +
                 without_client + ")";
    }
    connection_.run("CREATE OR REPLACE TABLE touched_sessions AS " + numbers);
    gathered_since_ = since;
  }

  static std::string swapped_record() {
    std::string swap;
    for (const std::string& name : ingest::record_table_names()) {
      swap += fmt::format("DROP TABLE {0}; ALTER TABLE staged_{0} RENAME TO {0};", name);
    }
    return swap;
  }

  void commit(const std::string& statements) {
    gathered_since_.reset();
    try {
      connection_.run("BEGIN TRANSACTION;" + statements + "COMMIT;");
    } catch (...) {
      connection_.run("ROLLBACK");
      throw;
    }
  }

  sql::Database database_;
  sql::Connection connection_;
  std::mutex gathering_;
  std::optional<std::int64_t> gathered_since_;  ///< what the table touched_sessions holds
};

/// Whether DuckDB has left something beside the file that belongs to it.
bool has_log(const std::filesystem::path& file) {
  for (const char* name : {".wal", ".wal.checkpoint", ".wal.recovery"}) {
    std::filesystem::path log = file;
    log += name;
    if (std::filesystem::exists(log)) return true;
  }
  return false;
}

}  // namespace

void fold_in_log(const std::filesystem::path& file, const sql::Options& options) {
  if (!has_log(file)) return;
  {
    sql::Database database(file.string(), options);
    database.connect().run("CHECKPOINT");
  }
  if (has_log(file)) {
    throw Error("E-STORE", fmt::format("The write-ahead log of {} is still there.", file.string()),
                "Another program may hold the database open, or the disk is full.");
  }
}

std::unique_ptr<Store> open_duckdb_store(const std::filesystem::path& file,
                                         const sql::Options& options) {
  return std::make_unique<DuckDbStore>(file, options);
}

}  // namespace ca::store
