#include "stats/gross_outliers.h"

#include <algorithm>
#include <cmath>

namespace ca::stats {
namespace {

constexpr std::size_t kFewest = 20;
constexpr std::size_t kFewestBelow = 10;

}  // namespace

std::size_t stand_apart(std::span<const double> sorted, double chance) {
  const std::size_t n = sorted.size();
  if (n < kFewest) return 0;
  const std::size_t below = std::max(kFewestBelow, n / 20);
  // Between the k-th highest and the next one.
  const auto gap = [&](std::size_t k) { return std::log(sorted[n - k] / sorted[n - k - 1]); };
  for (std::size_t k = n / 10; k > 0; --k) {
    if (k + below >= n || sorted[n - 1 - k - below] <= 0) continue;
    double sum = 0;
    for (std::size_t i = k + 1; i <= k + below; ++i) sum += static_cast<double>(i) * gap(i);
    if (sum <= 0) continue;
    // The ratio of an exponential to a mean of others: Fisher's F of 2 and 2 below.
    const double ratio = static_cast<double>(k) * gap(k) / sum;
    if (std::pow(1 + ratio, -static_cast<double>(below)) < chance) return k;
  }
  return 0;
}

}  // namespace ca::stats
