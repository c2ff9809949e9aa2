#include "stats/group_effects.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <vector>

#include "base/exact_sum.h"

namespace ca::stats {
namespace {

constexpr double kMedianOfNormal = 0.674489750196081743;  ///< of |z|

}  // namespace

Spread spread_of(std::span<const GroupMean> groups, double sum_of_squares) {
  ExactSum sum;
  ExactSum between;
  ExactSum squares_of_sizes;  // relative to all, to stay small
  std::int64_t all = 0;
  for (const GroupMean& group : groups) all += group.n;
  const auto n = static_cast<double>(all);
  for (const GroupMean& group : groups) {
    const auto size = static_cast<double>(group.n);
    sum.add(group.mean * size);
    between.add(group.mean * group.mean * size);
    squares_of_sizes.add(size * (size / n));
  }
  Spread spread;
  const auto count = static_cast<double>(groups.size());
  if (groups.empty()) return spread;
  if (n > count) {
    const double within = (sum_of_squares - between.value()) / (n - count);
    // Rounding of equal values is no variance.
    spread.within = within > 1e-12 * sum_of_squares / n ? within : 0;
  }
  const double spare = n - squares_of_sizes.value();
  if (spare > 0) {
    const double centred = between.value() - sum.value() * sum.value() / n;
    spread.between = std::max(0.0, (centred - (count - 1) * spread.within) / spare);
  }
  return spread;
}

double ordinary_variance(std::span<const Deviation> groups) {
  if (groups.size() < 2) return 0;
  std::vector<double> scaled(groups.size());
  const auto median = [&](double variance) {
    for (std::size_t g = 0; g < groups.size(); ++g) {
      scaled[g] = groups[g].value * groups[g].value / (groups[g].variance + variance);
    }
    const auto middle = scaled.begin() + static_cast<std::ptrdiff_t>(scaled.size() / 2);
    std::nth_element(scaled.begin(), middle, scaled.end());
    if (scaled.size() % 2 == 1) return std::sqrt(*middle);
    return (std::sqrt(*std::max_element(scaled.begin(), middle)) + std::sqrt(*middle)) / 2;
  };
  if (median(0) <= kMedianOfNormal) return 0;
  double greatest = 0;
  for (const Deviation& group : groups) {
    greatest = std::max(greatest, group.value * group.value);
  }
  // The median falls as the variance grows; bisection, by ratios.
  double high = greatest / (kMedianOfNormal * kMedianOfNormal);
  double low = high * 1e-12;
  if (median(low) <= kMedianOfNormal) return low;
  for (int step = 0; step < 50 && high > low * (1 + 1e-4); ++step) {
    const double middle = std::sqrt(low * high);
    (median(middle) > kMedianOfNormal ? low : high) = middle;
  }
  return high;
}

double normal_above(double z) {
  return boost::math::cdf(boost::math::complement(boost::math::normal(), z));
}

double normal_quantile(double probability) {
  return boost::math::quantile(boost::math::normal(), probability);
}

}  // namespace ca::stats
