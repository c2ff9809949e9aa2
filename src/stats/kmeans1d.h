#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ca::stats {

/// A value and how often it stands.
struct WeightedValue {
  double value = 0;
  std::int64_t weight = 1;  ///< above 0
  bool operator==(const WeightedValue&) const = default;
};

/// Sorts finite values and counts equal ones: what kmeans1d() takes.
std::vector<WeightedValue> counted(std::vector<double> values);

/// Clusters of values on a line, from the least to the greatest; in none is nothing.
struct Clusters {
  std::vector<double> means;
  std::vector<std::int64_t> sizes;  ///< sum of the weights
  std::vector<std::size_t> begins;  ///< position of the first value of each
  /// Between neighbours: the mean of their two means. One less than the clusters.
  std::vector<double> cuts;
  double cost = 0;  ///< sum of the squared distances of the values from the means of their clusters
};

/// The partition into min(k, number of values) clusters with the least sum of squares: exact, not
/// a descent from a random start. Of partitions whose costs lie within 1e-12 of the total sum of
/// squares the one whose last cluster begins earliest is chosen, then the one before it, and so on.
///
/// `values` are finite, ascending and each once. Dynamic programming over the position where the
/// last cluster begins, which ascends with the end (Wang & Song, Ckmeans.1d.dp, R Journal 3/2,
/// 2011; Gronlund et al., Fast exact k-means in 1D, arXiv 1701.07204), so dividing by the middle
/// end makes it O(k n log n) steps; memory: k n doubles.
Clusters kmeans1d(std::span<const WeightedValue> values, std::size_t k);

}  // namespace ca::stats
