#include "stats/local_level.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "stats/quantile.h"

namespace ca::stats {
namespace {

/// Sums of what lies before each point, so that those of a window are differences.
struct LineSums {
  double count = 0;
  double t = 0;
  double tt = 0;
  double y = 0;
  double ty = 0;

  LineSums with(double time, double value, double sign) const {
    return {.count = count + sign,
            .t = t + sign * time,
            .tt = tt + sign * time * time,
            .y = y + sign * value,
            .ty = ty + sign * time * value};
  }
  LineSums without(const LineSums& earlier) const {
    return {.count = count - earlier.count,
            .t = t - earlier.t,
            .tt = tt - earlier.tt,
            .y = y - earlier.y,
            .ty = ty - earlier.ty};
  }
  double line_at(double time) const {
    const double middle = t / count;
    const double spread = tt - t * middle;
    const double slope = spread > 1e-9 * tt ? (ty - middle * y) / spread : 0;
    return y / count + slope * (time - middle);
  }
};

}  // namespace

std::vector<double> block_medians(std::span<const double> days, std::span<const double> values,
                                  double reach) {
  std::vector<double> times;
  std::vector<double> levels;
  std::vector<double> block;
  const double last = days.empty() ? 0 : std::floor((days.back() - days.front()) / reach) - 1;
  const auto block_of = [&](std::size_t i) {
    return std::min(std::floor((days[i] - days.front()) / reach), std::max(last, 0.0));
  };
  for (std::size_t i = 0; i < days.size();) {
    const double number = block_of(i);
    const std::size_t begin = i;
    block.clear();
    for (; i < days.size() && block_of(i) == number; ++i) block.push_back(values[i]);
    times.push_back(std::midpoint(days[begin], days[i - 1]));
    levels.push_back(median_of(block));
  }
  if (times.size() < 2) return std::vector<double>(days.size(), levels.empty() ? 0 : levels[0]);
  std::vector<double> level(days.size());
  std::size_t right = 1;
  for (std::size_t i = 0; i < days.size(); ++i) {
    while (right + 1 < times.size() && times[right] < days[i]) ++right;
    const double share = (days[i] - times[right - 1]) / (times[right] - times[right - 1]);
    level[i] = levels[right - 1] + share * (levels[right] - levels[right - 1]);
  }
  return level;
}

std::vector<double> level_without_self(std::span<const double> days, std::span<const double> values,
                                       double reach, double otherwise) {
  const std::size_t count = days.size();
  std::vector<double> level(count, otherwise);
  if (count == 0) return level;
  std::vector<LineSums> before(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    before[i + 1] = before[i].with(days[i] - days.front(), values[i] - otherwise, 1);
  }
  std::size_t from = 0;
  std::size_t to = 0;
  for (std::size_t i = 0; i < count; ++i) {
    while (days[from] < days[i] - reach) ++from;
    while (to < count && days[to] <= days[i] + reach) ++to;
    if (to - from - 1 < kFewestNeighbours) continue;
    const double time = days[i] - days.front();
    level[i] +=
        before[to].without(before[from]).with(time, values[i] - otherwise, -1).line_at(time);
  }
  return level;
}

}  // namespace ca::stats
