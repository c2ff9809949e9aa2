#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/cancellation.h"
#include "base/sql.h"

namespace ca::store {

/// An instant column of a batch: microseconds UTC, kNoInstant for null.
inline constexpr std::int64_t kNoInstant = INT64_MIN;

struct SessionRow {
  std::int64_t number;  ///< what basket lines and deliveries refer to; 0 and up, few are unused
  std::string_view order_id;
  std::string_view client;  ///< empty for an anonymous session that was kept
  std::int64_t start;
  std::int64_t end;  ///< or kNoInstant
  double amount;     ///< NaN for null
  double discount;   ///< NaN for null
  bool has_purchased;
  std::uint32_t actions;       ///< bit i is the i-th session action
  std::string_view promotion;  ///< data() is null for an organic order
  std::string_view dimension;  ///< data() is null when no dimension is mapped
};

struct CustomerRow {
  std::string_view client;
  std::int64_t download;
  std::int64_t signup;
  const std::int64_t* actions;  ///< as many as customer actions are mapped
};

struct BasketLineRow {
  std::int64_t session;  ///< its number
  std::string_view product;
  std::string_view category;  ///< data() is null when no category is mapped
  double price;               ///< NaN for null
  double quantity;            ///< NaN for null
};

struct DeliveryRow {
  std::int64_t session;  ///< its number
  std::int64_t delivery;
  std::int64_t prepare;
  std::int64_t giving_back;
  double latitude;
  double longitude;
};

struct Counts {
  std::int64_t sessions = 0;
  std::int64_t customers = 0;
  std::int64_t basket_lines = 0;
  std::int64_t deliveries = 0;
};

/// The four tables of the shop, opened only by a run, which holds the run's lock. The embedded
/// implementation is a DuckDB file; views into rows live until the callback returns.
class Store {
 public:
  virtual ~Store() = default;

  /// Where ingest stages its tables (ingest/load.h) and checks look at the stored ones.
  virtual sql::Connection& staging() = 0;
  /// Makes what was staged the content of the store, all tables in one transaction.
  virtual void replace_with_staged() = 0;

  virtual Counts counts() = 0;
  virtual void scan_sessions(const std::function<void(const SessionRow&)>& visit) = 0;
  virtual void scan_customers(std::size_t actions,
                              const std::function<void(const CustomerRow&)>& visit) = 0;
  virtual void scan_basket_lines(const std::function<void(const BasketLineRow&)>& visit) = 0;
  virtual void scan_deliveries(const std::function<void(const DeliveryRow&)>& visit) = 0;
};

/// Opens or creates the embedded store; an empty path keeps it in memory. Error E-STORE when the
/// file is damaged or held open.
std::unique_ptr<Store> open_duckdb_store(const std::filesystem::path& file,
                                         const sql::Options& options);

}  // namespace ca::store
