#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ca::tests {

/// How the customers of an invented shop behave. Each has a weekly rate of orders of his own and a
/// level of payments; promotions have no effect, whatever it looks like.
struct Ways {
  std::uint32_t customers = 500;
  double days = 70;
  double orders_a_week = 1;         ///< mean of the customers' rates, which are Gamma(2)
  double growth = 1;                ///< how many times the pace at the end is that of the beginning
  double days_until_leaving = 1e9;  ///< mean, from the beginning; for good
  std::uint32_t promotions = 10;
  double use = 0.01;  ///< probability that an order that may use promotions uses a given one
  std::int64_t least_before = 0;  ///< orders in the seven days before of an order that may
};

struct InventedOrder {
  std::uint32_t customer;
  std::int64_t second;  ///< since the beginning
  double paid;
  std::optional<std::uint32_t> promotion;
};

/// A customer's orders together and in time order.
std::vector<InventedOrder> invent(const Ways& ways, std::uint64_t seed);

/// The moment as files have it.
std::string when(std::int64_t second);

/// File name -> content, with connect.toml.
std::map<std::string, std::string> files_of(const std::vector<InventedOrder>& orders);

/// The tables of reports/test_shop.h.
struct InventedText {
  std::string sessions;
  std::string customers;
};
InventedText text_of(const std::vector<InventedOrder>& orders);

}  // namespace ca::tests
