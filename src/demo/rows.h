#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/basket.h"
#include "demo/life.h"
#include "demo/shop.h"

namespace ca::demo {

inline constexpr std::string_view kSessionsHeader =
    "session_id,customer_id,started_at,ended_at,purchased,product_view,has_basket,order_screen,"
    "paid,discount,promotion,city\n";
inline constexpr std::string_view kCustomersHeader =
    "customer_id,downloaded_at,signed_up_at,login\n";
inline constexpr std::string_view kProductsHeader =
    "session_id,product,category,unit_price,quantity\n";
inline constexpr std::string_view kDeliveriesHeader =
    "session_id,prepared_at,delivered_at,returned_at,latitude,longitude\n";

/// Rows of the four tables as CSV text.
struct Rows {
  std::string sessions;
  std::string customers;
  std::string products;
  std::string deliveries;
};

/// What rows say when they are added up. Amounts are pence.
struct Totals {
  std::int64_t sessions = 0;
  std::int64_t orders = 0;
  std::int64_t refunds = 0;
  std::int64_t customers = 0;
  std::int64_t basket_lines = 0;
  std::int64_t deliveries = 0;
  std::int64_t revenue = 0;
  std::int64_t discount = 0;

  void add(const Totals& other);
};

/// Writes rows. Owned by one thread.
class RowWriter {
 public:
  explicit RowWriter(const Shop& shop);

  /// The row of a customer.
  void customer(std::uint32_t customer, const Life& life, Rows& rows, Totals& totals);
  /// The rows of a visit, whose session has this number among all in order of time.
  void visit(const Visit& visit, std::uint64_t number, Rows& rows, Totals& totals);

 private:
  void session(const Visit& visit, std::string_view id, const Basket* basket, std::string& out);
  void delivery(const Visit& visit, std::string_view id, Rows& rows, Totals& totals);
  /// `YYYY-MM-DD HH:MM:SS`, empty for kNever.
  void append_moment(std::string& out, Second moment) const;

  const Shop& shop_;
  BasketFiller filler_;
  std::vector<std::string> dates_;  ///< `YYYY-MM-DD ` of each day and the one after
};

/// Appends a customer's key: 8 letters and digits that tell nothing.
void append_customer_key(std::string& out, std::uint64_t seed, std::uint64_t customer);
/// Appends a session's id: its number, from 10,000,001 on.
void append_session_id(std::string& out, std::uint64_t number);
/// Appends pence as pounds: 1234 as 12.34.
void append_pounds(std::string& out, std::int64_t pence);

}  // namespace ca::demo
