#pragma once

#include <cstdint>
#include <span>

#include "stats/two_samples.h"

namespace ca::stats {

/// The units that are in both samples.
struct Overlap {
  std::int64_t n = 0;
  /// Sum over them of (value in treated - treated mean) x (value in control - control mean), the
  /// means those of the whole samples.
  double products = 0;
};

/// Values of the units in both, in the same order.
Overlap overlap_of(std::span<const double> treated, std::span<const double> control,
                   double treated_mean, double control_mean);

/// Two means compared where some units are in both samples (customers that used both promotions),
/// with unequal variances: the partially overlapping samples t-test, T_new2 and its degrees of
/// freedom. Without overlap it is Welch's test, with full overlap the paired t.
/// Source: Derrick, Russ, Toher & White 2017.
///
/// The covariance of the two means is taken from `products` instead of the paper's r s1 s2 with the
/// correlation of those in both. That is the same where they are like the others, stays right where
/// they are not (who uses both buys more), and leaves the variance never below zero.
TwoSampleTest overlapping(const Moments& treated, const Moments& control, const Overlap& both,
                          double alpha);

}  // namespace ca::stats
