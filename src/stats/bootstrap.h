#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace ca::stats {

struct Resampling {
  int resamples = 100;
  double ratio = 0.3;  ///< of the differences in a resample, above 0
  std::array<double, 2> alphas{0.05, 0.01};
};

/// How often a test would say that nothing changed: the share, among paired t-tests on resamples at
/// each alpha, of those that do not reject a mean difference of zero. A resample are
/// ceil(ratio n) differences (two at least) drawn with replacement. One without spread does not
/// reject where its mean is zero, and does otherwise. Missing below two differences.
///
/// `sorted_differences` ascending. Exact draws, except where there are many: a resample of over
/// 4,096 is drawn as so many of each value where few values differ (the same distribution), else as
/// so many from each of some hundred bins of neighbours, each taken for the bin's mean. Bins are
/// single values at both ends and grow towards the median, so that hardly any of the spread is
/// lost. A million differences then cost about what ten thousand do.
std::optional<double> accepted_share(std::span<const double> sorted_differences,
                                     const Resampling& how, std::uint64_t seed);

}  // namespace ca::stats
