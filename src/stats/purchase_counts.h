#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ca::stats {

/// What models of repeat purchases know of one customer. Purchases of one day are one.
struct PurchaseHistory {
  double frequency = 0;  ///< x: days with a purchase after the first such day; a whole number
  double recency = 0;    ///< t_x: weeks from the first to the last purchase day; 0 when x = 0
  double age = 0;        ///< T: weeks from the first purchase day to the end of the calibration
};

/// Histories as columns. `weight` is the number of customers a row stands for, empty for 1 each.
struct PurchaseCounts {
  std::vector<double> frequency;
  std::vector<double> recency;
  std::vector<double> age;
  std::vector<double> weight;

  std::size_t size() const { return frequency.size(); }
  PurchaseHistory at(std::size_t row) const { return {frequency[row], recency[row], age[row]}; }
  double weight_at(std::size_t row) const { return weight.empty() ? 1 : weight[row]; }
  void add(const PurchaseHistory& history, double customers = 1);
};

/// The most repeat purchases, and weeks, a model accepts of one customer.
constexpr double kMostRepeats = 1e6;
constexpr double kLongestAge = 1e5;

/// Throws E-PARAM, naming the row, unless columns have one length and in each row 0 <= x is a whole
/// number up to kMostRepeats, 0 <= t_x <= T <= kLongestAge, t_x = 0 where x = 0, and 0 < weight.
void check(const PurchaseCounts& counts);

/// Equal rows once, with the sum of their weights, in ascending order of (x, t_x, T): the order of
/// the customers has no influence. group_of[i] is the row that customer i became.
struct GroupedCounts {
  PurchaseCounts rows;
  std::vector<std::uint32_t> group_of;
};
GroupedCounts group_equal(const PurchaseCounts& customers);

}  // namespace ca::stats
