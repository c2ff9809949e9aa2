#pragma once

#include <cstdint>
#include <span>

namespace ca::stats {

// How groups (hours of the week, places, customers) differ in the mean of a value: how much of a
// group's mean to believe, and which groups differ more than groups ordinarily do.

/// A group's values, as differences from the mean of all.
struct GroupMean {
  std::int64_t n = 0;  ///< at least 1
  double mean = 0;
};

/// Variances of values in a group and of the true means of groups.
struct Spread {
  double within = 0;
  double between = 0;

  /// What part of a group's mean to believe: between / (between + within / n), empirical Bayes.
  double trust(std::int64_t n) const {
    const double error = within / static_cast<double>(n);
    return between > 0 ? between / (between + error) : 0;
  }
};

/// Estimates both from the sum of squares of all values, which are differences from the mean of
/// all (so these add up to about zero). Method of moments for unequal groups (Searle, Casella and
/// McCulloch 1992, section 3.6); the order of groups does not matter.
Spread spread_of(std::span<const GroupMean> groups, double sum_of_squares);

/// A group as a candidate for being unlike others.
struct Deviation {
  double value = 0;     ///< of its mean from the middle of the groups
  double variance = 0;  ///< of the error of its mean, above 0
};

/// The variance of true means among ordinary groups: that with which the median of
/// |value| / sqrt(variance + it) is what it is for normal values, 0.6745; 0 where it is below that
/// already. Less than half of the groups being out of the ordinary hardly change it. Few groups
/// tell little: with one group it is 0.
double ordinary_variance(std::span<const Deviation> groups);

/// The probability that a standard normal value exceeds z, and the z of a probability in (0, 1)
/// that a value stays below it.
double normal_above(double z);
double normal_quantile(double probability);

}  // namespace ca::stats
