#pragma once

#include <algorithm>
#include <cmath>
#include <span>

#include "base/exact_sum.h"

namespace ca::stats {

/// The sum of finite values of any size, the same bytes in any order: ExactSum after shifting by a
/// power of two that makes the largest magnitude about 1, to 2^-56 of it a value.
inline double scaled_sum(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  if (largest == 0) return 0;
  int exponent = 0;
  std::frexp(largest, &exponent);
  ExactSum sum;
  for (const double value : values) sum.add(std::ldexp(value, -exponent));
  return std::ldexp(sum.value(), exponent);
}

}  // namespace ca::stats
