#include "stats/sample_ratio.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <numeric>

namespace ca::stats {

std::optional<SampleRatio> equal_sample_ratio(std::span<const std::int64_t> counts) {
  const auto all = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (counts.size() < 2 || all <= 0) return {};
  const double expected = static_cast<double>(all) / static_cast<double>(counts.size());
  SampleRatio ratio;
  for (const std::int64_t count : counts) {
    const double off = static_cast<double>(count) - expected;
    ratio.chi2 += off * off / expected;
  }
  ratio.degrees = static_cast<std::int64_t>(counts.size()) - 1;
  ratio.p_value = boost::math::cdf(boost::math::complement(
      boost::math::chi_squared(static_cast<double>(ratio.degrees)), ratio.chi2));
  return ratio;
}

}  // namespace ca::stats
