#pragma once

#include <cstdint>

#include "stats/two_samples.h"

namespace ca::stats {

// Exact two-sided p-values of counts: the probability of all outcomes that are no more probable
// than the one that was seen, as R and SciPy reckon them.

/// Fisher (1935): whether two shares differ, given how many successes there are in all. Both n > 0.
/// Steps: at most the smaller of successes, failures and sizes.
double fisher_exact(std::int64_t treated, std::int64_t treated_n, std::int64_t control,
                    std::int64_t control_n);

/// Two shares of which the unpooled error says little, because one of the two outcomes is rare: z
/// as two_proportions() has it, Fisher's p-value, the interval from those of both shares (Newcombe
/// 1998, method 10), and the standard error that belongs to its width. Both n > 0.
TwoSampleTest rare_proportions(std::int64_t treated, std::int64_t treated_n, std::int64_t control,
                               std::int64_t control_n, double alpha);

/// The conditional test of two Poisson means (Przyborowski & Wilenski 1940): whether the events of
/// all units fall to the treated ones as their share of the units says. Both n > 0. Steps: some
/// multiples of the root of the number of events.
double conditional_poisson(std::int64_t treated_events, std::int64_t treated_n,
                           std::int64_t control_events, std::int64_t control_n);

}  // namespace ca::stats
