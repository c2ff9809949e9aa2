#include "demo/unusual_days.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace ca::demo {
namespace {

constexpr double kStandardErrors = 5;
constexpr double kSmallestChange = 0.25;
constexpr std::size_t kFewestNeighbours = 6;

/// The median of the values `step` days apart, up to `reach` steps to either side of the day.
std::optional<double> median_around(const std::vector<double>& values, std::size_t day,
                                    std::size_t step, std::size_t reach) {
  std::vector<double> around;
  for (std::size_t steps = 1; steps <= reach; ++steps) {
    if (day >= steps * step) around.push_back(values[day - steps * step]);
    if (day + steps * step < values.size()) around.push_back(values[day + steps * step]);
  }
  if (around.size() < kFewestNeighbours) return std::nullopt;
  std::ranges::sort(around);
  const std::size_t middle = around.size() / 2;
  return around.size() % 2 == 1 ? around[middle] : (around[middle - 1] + around[middle]) / 2;
}

}  // namespace

std::vector<UnusualDay> unusual_days(const DailyFigure& figure) {
  const bool is_share = !figure.sessions.empty();
  std::vector<UnusualDay> found;
  for (std::size_t day = 0; day < figure.values.size(); ++day) {
    const std::optional<double> expected = is_share ? median_around(figure.values, day, 1, 14)
                                                    : median_around(figure.values, day, 7, 4);
    if (!expected || *expected <= 0) continue;
    if (is_share && (figure.sessions[day] < 1 || *expected >= 1)) continue;
    const double variance =
        is_share ? *expected * (1 - *expected) / figure.sessions[day] : *expected;
    const double change = figure.values[day] - *expected;
    const double standard_errors = std::abs(change) / std::sqrt(variance);
    if (standard_errors <= kStandardErrors) continue;
    if (std::abs(change) <= kSmallestChange * *expected) continue;
    found.push_back({figure.begin + static_cast<std::int32_t>(day), figure.name, figure.values[day],
                     *expected, standard_errors});
  }
  return found;
}

std::vector<UnusualDay> strongest_of_each_day(std::vector<UnusualDay> days) {
  std::ranges::stable_sort(days, [](const UnusualDay& a, const UnusualDay& b) {
    return a.day != b.day ? a.day < b.day : a.standard_errors > b.standard_errors;
  });
  const auto is_same_day = [](const UnusualDay& a, const UnusualDay& b) { return a.day == b.day; };
  days.erase(std::unique(days.begin(), days.end(), is_same_day), days.end());
  return days;
}

}  // namespace ca::demo
