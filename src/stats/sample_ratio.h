#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace ca::stats {

struct SampleRatio {
  double chi2 = 0;
  std::int64_t degrees = 0;  ///< of freedom, arms - 1
  double p_value = 1;        ///< small: the arms are not as large as they were meant to be
};

/// Whether arms meant to be of equal size are: Pearson's chi-square of their counts against equal
/// shares (Fabijan et al. 2019 on sample ratio mismatch). Missing below two arms or without counts.
std::optional<SampleRatio> equal_sample_ratio(std::span<const std::int64_t> counts);

}  // namespace ca::stats
