#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

namespace ca::stats {

/// Linear interpolation between order statistics; `sorted` is not empty, `share` from 0 to 1.
inline double quantile(std::span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - static_cast<double>(below));
}

}  // namespace ca::stats
