#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "stats/drawn_p_value.h"

namespace ca::stats {

struct PermutationTest {
  double statistic = 0;  ///< Welch's t
  double p_value = 1;    ///< two-sided, at least 1 / kMostPermutations
  int permutations = 0;  ///< that were drawn
};

/// How often Welch's t is as far from zero when the values are dealt to the two samples at random.
/// Exact where both come from one distribution, and right in the limit where only their means agree
/// (Janssen 1997). Ends early without losing validity (Besag & Clifford 1991). Missing where t is
/// not defined. The same values in the same order and the same seed give the same bytes. A
/// permutation costs the size of the smaller sample, or the number of values other than zero if
/// that is less.
std::optional<PermutationTest> permutation_test(std::span<const double> treated,
                                                std::span<const double> control,
                                                std::uint64_t seed);

/// How far from zero Welch's t stays in 1 - alpha of the permutations: what stands in the place of
/// Student's quantile in an interval that agrees with the test. Missing where t is not defined.
std::optional<double> permuted_quantile(std::span<const double> treated,
                                        std::span<const double> control, double alpha,
                                        std::uint64_t seed);

}  // namespace ca::stats
