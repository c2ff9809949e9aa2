#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "stats/quantile.h"

namespace ca::stats {

/// Where values lie and how far they usually are from there, though some are far away.
struct RobustScale {
  double median = 0;
  double deviation = 0;  ///< 1.4826 x the median distance, of normal values their deviation
};

/// Zeros of no values.
inline RobustScale robust_scale(std::vector<double> values) {
  RobustScale scale;
  if (values.empty()) return scale;
  std::ranges::sort(values);
  scale.median = quantile(values, 0.5);
  for (double& value : values) value = std::abs(value - scale.median);
  std::ranges::sort(values);
  scale.deviation = 1.4826 * quantile(values, 0.5);
  return scale;
}

}  // namespace ca::stats
