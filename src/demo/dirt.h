#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "demo/random.h"
#include "demo/rows.h"
#include "demo/shop.h"

namespace ca::demo {

/// A way in which a row is wrong, by the name that the report data_quality has for it.
struct DirtKind {
  std::string_view source;
  std::string_view rule;
  bool is_rejected;  ///< otherwise the row is accepted, or merged with the one it repeats
};

inline constexpr std::array<DirtKind, 16> kDirtKinds = {{
    {"sessions", "order_id_missing", true},
    {"sessions", "client_missing", true},
    {"sessions", "session_start_date_missing", true},
    {"sessions", "session_start_date_unreadable", true},
    {"sessions", "has_purchased_unreadable", true},
    {"sessions", "duplicate_order_id", false},
    {"sessions", "client_unknown", false},
    {"sessions", "action_unreadable", false},
    {"customers", "client_missing", true},
    {"customers", "download_date_unreadable", true},
    {"customers", "duplicate_client", false},
    {"products", "product_missing", true},
    {"products", "order_unknown", true},
    {"deliveries", "delivery_date_unreadable", true},
    {"deliveries", "order_unknown", true},
    {"deliveries", "duplicate_delivery", false},
}};

/// Rows by kind of dirt.
using DirtCounts = std::array<std::int64_t, kDirtKinds.size()>;

/// Adds dirty rows to clean ones: each is a copy of the row before it with one thing wrong, so that
/// the clean shop is all there and what a program makes of the rest can be counted. Owned by one
/// thread.
class Dirt {
 public:
  /// `share` of rows are followed by a dirty one.
  Dirt(const Shop& shop, double share) : shop_(shop), share_(share) {}

  /// After the customer's row, which is the last.
  void after_customer(std::uint32_t customer, Rows& rows);
  /// After the rows of a visit, which begin at the sizes that `before` has.
  struct Sizes {
    std::size_t sessions;
    std::size_t products;
    std::size_t deliveries;
  };
  static Sizes sizes_of(const Rows& rows) {
    return {rows.sessions.size(), rows.products.size(), rows.deliveries.size()};
  }
  void after_visit(std::uint64_t number, const Sizes& before, Rows& rows, Totals& totals);

  const DirtCounts& counts() const { return counts_; }

 private:
  void spoil_session(std::uint64_t number, std::size_t begin, Random& random, std::string& out,
                     Totals& totals);
  void spoil_line(std::uint64_t number, std::size_t begin, Random& random, std::string& out);
  void spoil_delivery(std::uint64_t number, std::size_t begin, Random& random, std::string& out);
  void count(std::string_view source, std::string_view rule);

  const Shop& shop_;
  double share_;
  DirtCounts counts_{};
};

}  // namespace ca::demo
