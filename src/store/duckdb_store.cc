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

constexpr const char* kRejects =
    "source VARCHAR, rule VARCHAR, file VARCHAR, line BIGINT, text VARCHAR";

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

/// The columns of a table whose source is not connected.
std::string empty_columns(const StoredTable& table) { return ingest::table_columns(table.kind, 0); }

class DuckDbStore : public Store {
 public:
  DuckDbStore(const std::filesystem::path& file, const sql::Options& options)
      : database_(file.string(), options), connection_(database_.connect()) {
    for (const StoredTable& table : kTables) {
      connection_.run(
          fmt::format("CREATE TABLE IF NOT EXISTS {}({})", table.name, empty_columns(table)));
    }
    connection_.run(fmt::format("CREATE TABLE IF NOT EXISTS rejects({})", kRejects));
  }

  sql::Connection& staging() override { return connection_; }

  void replace_with_staged() override {
    std::string swap = "BEGIN TRANSACTION;";
    for (const StoredTable& table : kTables) {
      const std::string staged = ingest::staged_table(table.kind);
      const bool is_staged =
          connection_.integer("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?",
                              {staged}) > 0;
      swap += fmt::format("DROP TABLE {};", table.name);
      swap += is_staged ? fmt::format("ALTER TABLE {} RENAME TO {};", staged, table.name)
                        : fmt::format("CREATE TABLE {}({});", table.name, empty_columns(table));
    }
    swap += "DROP TABLE rejects; ALTER TABLE staged_rejects RENAME TO rejects; COMMIT;";
    try {
      connection_.run(swap);
    } catch (...) {
      connection_.run("ROLLBACK");
      throw;
    }
  }

  Counts counts() override {
    const auto count = [&](const char* table) {
      return connection_.integer(fmt::format("SELECT count(*) FROM {}", table));
    };
    return {count("sessions"), count("customers"), count("basket_lines"), count("deliveries")};
  }

  void scan_sessions(const std::function<void(const SessionRow&)>& visit) override {
    sql::Result result = connection_.stream(
        "SELECT order_id, client, session_start_date, date, payment_amount, discount_amount, "
        "has_purchased, actions, promotion_id, dimension, number FROM sessions");
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

  void scan_customers(std::size_t actions,
                      const std::function<void(const CustomerRow&)>& visit) override {
    std::string columns = "client, download_date, signup_date";
    for (std::size_t a = 0; a < actions; ++a) columns += fmt::format(", action_{}", a);
    sql::Result result = connection_.stream(fmt::format("SELECT {} FROM customers", columns));
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

  void scan_basket_lines(const std::function<void(const BasketLineRow&)>& visit) override {
    sql::Result result =
        connection_.stream("SELECT number, product, category, price, quantity FROM basket_lines");
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

  void scan_deliveries(const std::function<void(const DeliveryRow&)>& visit) override {
    sql::Result result = connection_.stream(
        "SELECT number, delivery_date, prepare_date, return_date, latitude, longitude "
        "FROM deliveries");
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

 private:
  sql::Database database_;
  sql::Connection connection_;
};

}  // namespace

std::unique_ptr<Store> open_duckdb_store(const std::filesystem::path& file,
                                         const sql::Options& options) {
  return std::make_unique<DuckDbStore>(file, options);
}

}  // namespace ca::store
