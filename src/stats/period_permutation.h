#pragma once

#include <cstdint>
#include <span>

#include "stats/period_change.h"

namespace ca::stats {

/// The two-sided p-value of the sum of differences when in each unit each of its 1 + count values
/// is equally likely to have been the later one (with one period before: when signs are flipped).
/// A sum counts as extreme when it is at least as far from zero as the one seen.
///
/// Exact by convolution where differences are multiples of a common unit and the sum's range is
/// modest (counts, mostly), and where there are no more than 4,096 arrangements. Otherwise
/// arrangements are drawn until 100 are extreme, but 9,999 at most: p is 100 / drawn, or (extreme +
/// 1) / 10,000. Besag & Clifford 1991 show that this is a valid p-value; it is never 0. The same
/// seed gives the same p. Meant for some hundred units.
double period_permutation_p_value(std::span<const Periods> units, bool are_counts,
                                  std::uint64_t seed);

}  // namespace ca::stats
