#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace ca::stats {

// The level around each point of a series. `days` are the points' times in ascending order, which
// may repeat.

/// Medians of blocks of `reach` days, joined by straight lines, the first and last prolonged: a
/// level that outliers do not move, for cutting them. What is left of the last block belongs to the
/// one before. Of fewer than two blocks the median of all.
std::vector<double> block_medians(std::span<const double> days, std::span<const double> values,
                                  double reach);

/// For each point the straight line by least squares through the others that are at most `reach`
/// days away, at its own time; the point itself has no part in it. `otherwise` where fewer than
/// kFewestNeighbours are that near. One pass over running sums, whatever the reach.
std::vector<double> level_without_self(std::span<const double> days, std::span<const double> values,
                                       double reach, double otherwise);

inline constexpr std::size_t kFewestNeighbours = 6;

}  // namespace ca::stats
