#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

/// A customer whose journey has changed; one without a client is named by the order of the one
/// session.
struct TouchedRow {
  std::string_view client;    ///< empty for an anonymous session
  std::string_view order_id;  ///< of an anonymous session
};

/// The loads that made the store.
struct Loads {
  std::int64_t newest = 0;  ///< 1 and up; 0 before the first
  std::string origin;       ///< names the full load that all later ones build upon, like no other
};

/// Which rows of a table a scan gives.
struct Rows {
  /// All customers', or those alone whom a later load than this one has touched.
  std::optional<std::int64_t> since = {};
  /// One of `parts` parts, which one after the other are the table.
  std::size_t part = 0;
  std::size_t parts = 1;

  /// The first row of the part, and the first after it, of a table with so many rows.
  std::size_t begin(std::size_t count) const { return count * part / parts; }
  std::size_t end(std::size_t count) const { return count * (part + 1) / parts; }
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
  /// Another connection to what the store holds, for a thread of its own.
  virtual sql::Connection connect() = 0;
  /// Makes what a full load has staged the content of the store, all tables in one transaction.
  virtual void replace_with_staged() = 0;
  /// Takes in what a load of changes has staged, in one transaction; nothing else is lost.
  virtual void merge_staged() = 0;
  virtual Loads loads() = 0;

  virtual Counts counts() = 0;
  /// Greater than the number of every session; 0 of an empty store.
  virtual std::int64_t next_session_number() = 0;

  /// Scans call `visit` for the rows asked for, in the order of the table. Several threads may scan
  /// at a time.
  virtual void scan_sessions(const Rows& rows,
                             const std::function<void(const SessionRow&)>& visit) = 0;
  virtual void scan_customers(const Rows& rows, std::size_t actions,
                              const std::function<void(const CustomerRow&)>& visit) = 0;
  virtual void scan_basket_lines(const Rows& rows,
                                 const std::function<void(const BasketLineRow&)>& visit) = 0;
  virtual void scan_deliveries(const Rows& rows,
                               const std::function<void(const DeliveryRow&)>& visit) = 0;
  /// Whom later loads have touched.
  virtual void scan_touched(std::int64_t since,
                            const std::function<void(const TouchedRow&)>& visit) = 0;
  /// Forgets whom loads up to this one touched; no version of the journeys is older.
  virtual void forget_touched(std::int64_t load) = 0;
  /// Sessions that a scan of the touched customers yields.
  virtual std::int64_t touched_sessions(std::int64_t since) = 0;
  /// First and last start of all sessions; the store must not be empty.
  virtual std::pair<std::int64_t, std::int64_t> session_range() = 0;
};

/// Brings what the write-ahead log beside a store's file holds into that file, which afterwards is
/// the whole store: a process that died, or met a full disk, leaves committed rows in the log
/// alone. Does nothing where there is no log. Nobody else may have the store open. Errors: E-STORE
/// when the file or its log is damaged, or the log is still there afterwards; E-SQL when the disk
/// refuses.
void fold_in_log(const std::filesystem::path& file, const sql::Options& options);

/// Opens or creates the embedded store; an empty path keeps it in memory. Error E-STORE when the
/// file is damaged or held open.
std::unique_ptr<Store> open_duckdb_store(const std::filesystem::path& file,
                                         const sql::Options& options);

}  // namespace ca::store
