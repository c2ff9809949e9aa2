#pragma once

#include <cmath>
#include <vector>

#include "stats/quantile.h"

namespace ca::stats {

/// Of normal values, the standard deviation over the median distance from the median.
inline constexpr double kMedianToDeviation = 1.4826;

/// Where values lie and how far they usually are from there, though some are far away.
struct RobustScale {
  double median = 0;
  double deviation = 0;  ///< kMedianToDeviation x the median distance
};

/// Zeros of no values.
inline RobustScale robust_scale(std::vector<double> values) {
  RobustScale scale;
  scale.median = median_of(values);
  for (double& value : values) value = std::abs(value - scale.median);
  scale.deviation = kMedianToDeviation * median_of(values);
  return scale;
}

}  // namespace ca::stats
