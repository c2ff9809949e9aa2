#pragma once

#include "stats/two_samples.h"

namespace ca::stats {

/// An interval and a p-value that stay valid however often one looks, and whenever one stops.
struct AlwaysValid {
  Interval interval;
  double p_value = 1;  ///< of this look
};

/// Sizes at which the interval is relatively tightest; far below and above it is a little wider.
/// Fixed, because a choice that follows the data would not be valid at every look.
inline constexpr double kTightestSize = 5000;

/// The asymptotic confidence sequence of a mean or of a difference: Robbins' normal mixture,
///   estimate +- standard error * sqrt(2 (n r + 1) / (n r) * log(sqrt(n r + 1) / alpha)),
/// r = (-2 log alpha + log(1 - 2 log alpha)) / kTightestSize. `n` is the size that the standard
/// error falls with: for a difference, 2 / (1 / n1 + 1 / n0). Looks begin with 30 a side or more,
/// since it rests on the central limit. standard_error > 0, n > 0.
/// Source: Robbins 1970; Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2021 (theorem 2.2).
AlwaysValid always_valid(double estimate, double standard_error, double n, double alpha);

}  // namespace ca::stats
