#include "stats/purchase_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "base/error.h"

namespace ca::stats {
namespace {

/// A row as one integer that sorts as (x, t_x, T) does, when times are whole days that fit.
struct DayKey {
  std::uint64_t key = 0;
  std::uint32_t row = 0;
};

constexpr double kDayLimit = 1 << 21;

bool is_whole_day(double weeks) {
  const double days = weeks * 7;
  return days < kDayLimit && std::abs(days - std::round(days)) < 1e-9 &&
         std::round(days) / 7 == weeks;
}

std::vector<std::uint32_t> order_of(const PurchaseCounts& counts) {
  const std::size_t n = counts.size();
  std::vector<std::uint32_t> order(n);
  bool is_daily = true;
  for (std::size_t i = 0; i < n && is_daily; ++i) {
    is_daily = is_whole_day(counts.recency[i]) && is_whole_day(counts.age[i]);
  }
  if (!is_daily) {
    std::iota(order.begin(), order.end(), std::uint32_t{0});
    const auto key = [&](std::uint32_t i) {
      return std::tuple(counts.frequency[i], counts.recency[i], counts.age[i], i);
    };
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    return order;
  }
  std::vector<DayKey> keys(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto days = [](double weeks) {
      return static_cast<std::uint64_t>(std::round(weeks * 7));
    };
    keys[i].key = (static_cast<std::uint64_t>(counts.frequency[i]) << 42) |
                  (days(counts.recency[i]) << 21) | days(counts.age[i]);
    keys[i].row = static_cast<std::uint32_t>(i);
  }
  // Radix sort by 11 bits: stable, and leaves out digits in which all rows agree.
  std::vector<DayKey> other(n);
  for (int shift = 0; shift < 64; shift += 11) {
    std::vector<std::size_t> start(2049);
    for (const DayKey& key : keys) ++start[((key.key >> shift) & 2047) + 1];
    if (std::find(start.begin(), start.end(), n) != start.end()) continue;
    std::partial_sum(start.begin(), start.end(), start.begin());
    for (const DayKey& key : keys) other[start[(key.key >> shift) & 2047]++] = key;
    keys.swap(other);
  }
  for (std::size_t i = 0; i < n; ++i) order[i] = keys[i].row;
  return order;
}

}  // namespace

void PurchaseCounts::add(const PurchaseHistory& history, double customers) {
  if (weight.empty() && customers != 1) weight.assign(size(), 1);
  if (!weight.empty() || customers != 1) weight.push_back(customers);
  frequency.push_back(history.frequency);
  recency.push_back(history.recency);
  age.push_back(history.age);
}

void check(const PurchaseCounts& counts) {
  const std::size_t n = counts.size();
  if (counts.recency.size() != n || counts.age.size() != n ||
      (!counts.weight.empty() && counts.weight.size() != n)) {
    throw Error("E-PARAM", "the columns of purchase counts have different lengths");
  }
  for (std::size_t i = 0; i < n; ++i) {
    const auto [x, recency, age] = counts.at(i);
    const double weight = counts.weight_at(i);
    const bool is_possible = x >= 0 && x <= kMostRepeats && x == std::floor(x) && recency >= 0 &&
                             recency <= age && age <= kLongestAge && (x > 0 || recency == 0) &&
                             weight > 0 && std::isfinite(weight);
    if (!is_possible) {
      throw Error("E-PARAM",
                  fmt::format("row {} of the purchase counts is not possible: {} repeats, the last "
                              "after {} of {} weeks, weight {}",
                              i, x, recency, age, weight),
                  "give whole repeats, weeks with recency up to age, and a positive weight");
    }
  }
}

GroupedCounts group_equal(const PurchaseCounts& customers) {
  check(customers);
  GroupedCounts grouped;
  grouped.group_of.resize(customers.size());
  PurchaseCounts& rows = grouped.rows;
  for (const std::uint32_t i : order_of(customers)) {
    const auto [x, recency, age] = customers.at(i);
    const bool is_new = rows.size() == 0 || rows.frequency.back() != x ||
                        rows.recency.back() != recency || rows.age.back() != age;
    if (is_new) {
      rows.frequency.push_back(x);
      rows.recency.push_back(recency);
      rows.age.push_back(age);
      rows.weight.push_back(0);
    }
    rows.weight.back() += customers.weight_at(i);
    grouped.group_of[i] = static_cast<std::uint32_t>(rows.size() - 1);
  }
  return grouped;
}

}  // namespace ca::stats
