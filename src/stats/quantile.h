#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>

namespace ca::stats {

/// Linear interpolation between order statistics; `sorted` is not empty, `share` from 0 to 1.
inline double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

/// The value that this share of the others is below, of at least one value in any order; reorders
/// them. Cheaper than sorting.
inline double order_statistic(std::span<double> values, double share) {
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + place);
  return values[static_cast<std::size_t>(place)];
}

/// The middle of the values, the mean of the two middle ones of an even number, 0 of none; reorders
/// them.
inline double median_of(std::span<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace ca::stats
