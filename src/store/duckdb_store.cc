#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <vector>

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

/// A text that is there has a data() that is not null, also when it is empty.
std::string_view text_or_null(const sql::Chunk& chunk, std::size_t column, std::size_t row) {
  return chunk.is_null(column, row) ? std::string_view() : chunk.text(column, row);
}

std::int64_t instant_or_none(const sql::Chunk& chunk, std::size_t column, std::size_t row) {
  return chunk.is_null(column, row) ? kNoInstant : chunk.data<std::int64_t>(column)[row];
}

double number_or_nan(const sql::Chunk& chunk, std::size_t column, std::size_t row) {
  return chunk.is_null(column, row) ? std::numeric_limits<double>::quiet_NaN()
                                    : chunk.data<double>(column)[row];
}

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

  void scan_sessions(Since since, const std::function<void(const SessionRow&)>& visit) override {
    sql::Result result = connection_.stream(
        "SELECT order_id, client, session_start_date, date, payment_amount, discount_amount, "
        "has_purchased, actions, promotion_id, dimension, number FROM sessions" +
        of_touched(since));
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        visit({.number = chunk.data<std::int64_t>(10)[row],
               .order_id = chunk.text(0, row),
               .client = text_or_null(chunk, 1, row),
               .start = chunk.data<std::int64_t>(2)[row],
               .end = instant_or_none(chunk, 3, row),
               .amount = number_or_nan(chunk, 4, row),
               .discount = number_or_nan(chunk, 5, row),
               .has_purchased = chunk.data<bool>(6)[row],
               .actions = chunk.data<std::uint32_t>(7)[row],
               .promotion = text_or_null(chunk, 8, row),
               .dimension = text_or_null(chunk, 9, row)});
      }
    }
  }

  void scan_customers(Since since, std::size_t actions,
                      const std::function<void(const CustomerRow&)>& visit) override {
    std::string columns = "client, download_date, signup_date";
    for (std::size_t a = 0; a < actions; ++a) columns += fmt::format(", action_{}", a);
    sql::Result result = connection_.stream(
        fmt::format("SELECT {} FROM customers{}", columns,
                    since ? fmt::format(" SEMI JOIN ({}) USING (client)", touched(*since)) : ""));
    std::vector<std::int64_t> instants(actions);
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        for (std::size_t a = 0; a < actions; ++a) instants[a] = instant_or_none(chunk, 3 + a, row);
        visit({.client = chunk.text(0, row),
               .download = instant_or_none(chunk, 1, row),
               .signup = instant_or_none(chunk, 2, row),
               .actions = instants.data()});
      }
    }
  }

  void scan_basket_lines(Since since,
                         const std::function<void(const BasketLineRow&)>& visit) override {
    sql::Result result = connection_.stream(
        "SELECT number, product, category, price, quantity FROM basket_lines" + of_touched(since));
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        visit({.session = chunk.data<std::int64_t>(0)[row],
               .product = chunk.text(1, row),
               .category = text_or_null(chunk, 2, row),
               .price = number_or_nan(chunk, 3, row),
               .quantity = number_or_nan(chunk, 4, row)});
      }
    }
  }

  void scan_deliveries(Since since, const std::function<void(const DeliveryRow&)>& visit) override {
    sql::Result result = connection_.stream(
        "SELECT number, delivery_date, prepare_date, return_date, latitude, longitude "
        "FROM deliveries" +
        of_touched(since));
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        visit({.session = chunk.data<std::int64_t>(0)[row],
               .delivery = chunk.data<std::int64_t>(1)[row],
               .prepare = instant_or_none(chunk, 2, row),
               .giving_back = instant_or_none(chunk, 3, row),
               .latitude = number_or_nan(chunk, 4, row),
               .longitude = number_or_nan(chunk, 5, row)});
      }
    }
  }

  void scan_touched(std::int64_t since,
                    const std::function<void(const TouchedRow&)>& visit) override {
    sql::Result result = connection_.stream(touched(since));
    while (sql::Chunk chunk = result.next()) {
      for (std::size_t row = 0; row < chunk.rows(); ++row) {
        visit({.client = text_or_null(chunk, 0, row), .order_id = text_or_null(chunk, 1, row)});
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
  static std::string touched(std::int64_t since) {
    return fmt::format("SELECT DISTINCT client, order_id FROM touched WHERE load > {}", since);
  }
  /// Restricts rows with a session's number to those of the touched customers.
  std::string of_touched(Since since) {
    if (!since) return {};
    gather_touched(*since);
    return " SEMI JOIN touched_sessions USING (number)";
  }
  /// Numbers of the sessions of the touched customers, looked up once for all scans.
  void gather_touched(std::int64_t since) {
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
    connection_.run("CREATE OR REPLACE TEMP TABLE touched_sessions AS " + numbers);
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
  std::optional<std::int64_t> gathered_since_;  ///< what touched_sessions holds
};

}  // namespace

std::unique_ptr<Store> open_duckdb_store(const std::filesystem::path& file,
                                         const sql::Options& options) {
  return std::make_unique<DuckDbStore>(file, options);
}

}  // namespace ca::store
