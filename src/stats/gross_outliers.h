#pragma once

#include <cstddef>
#include <span>

namespace ca::stats {

/// How many of the highest scores stand apart from the others by a gap that chance does not make:
/// left among what a threshold is learnt from, they would hide each other.
///
/// Logarithms of the highest scores are spaced as an exponential tail's are: the k-th and the next
/// one by its mean / k, independent of the other gaps (Renyi 1953), which say what the mean is
/// (Hill 1975). Of the gaps among the highest tenth the lowest counts that is so wide with a chance
/// below `chance`. At most a tenth of the scores stand apart, none of fewer than 20. `sorted`
/// ascends.
std::size_t stand_apart(std::span<const double> sorted, double chance = 1e-4);

}  // namespace ca::stats
