#include "nets/renewal.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ca::nets {
namespace {

constexpr double kWeek = 7;
constexpr double kDay = 1;
constexpr double kFrequentGap = 14;

/// P(a gap within each interval of the grid).
void write_steps(const MaybeLogNormal& gap, double since, double step, double alive,
                 std::vector<double>& steps) {
  const double log_now = log_survival(gap, since);
  double before = 0;
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const double log_then = log_survival(gap, since + step * static_cast<double>(k + 1));
    const double until = -alive * std::expm1(log_then - log_now);
    steps[k] = until - before;
    before = until;
  }
}

}  // namespace

double probability_alive(const MaybeLogNormal& gap, double since) {
  const double log_odds_gone = std::log(gap.none) - std::log1p(-gap.none);
  return 1 / (1 + std::exp(log_odds_gone - log_survival(gap, since)));
}

void expected_purchases(const MaybeLogNormal& gap, double since, std::span<const double> horizons,
                        std::span<double> expected) {
  if (horizons.empty()) return;
  const double step = std::exp(gap.mu) < kFrequentGap ? kDay : kWeek;
  const auto points = static_cast<std::size_t>(std::max(std::ceil(horizons.back() / step), 0.0));
  std::vector<double> first(points);
  std::vector<double> later(points);
  write_steps(gap, since, step, probability_alive(gap, since), first);
  write_steps(gap, 0, step, 1 - gap.none, later);

  // after[k]: expected purchases within k steps after a purchase, middle[k]: its mean over the step
  // that begins there; from[k]: expected purchases within k steps from now.
  std::vector<double> after(points + 1);
  std::vector<double> middle(points);
  std::vector<double> from(points + 1);
  double within = 0;
  double first_within = 0;
  for (std::size_t k = 1; k <= points; ++k) {
    within += later[k - 1];
    first_within += first[k - 1];
    double sum = within + later[0] * after[k - 1] / 2;
    for (std::size_t j = 2; j <= k; ++j) sum += later[j - 1] * middle[k - j];
    after[k] = sum / (1 - later[0] / 2);
    middle[k - 1] = (after[k - 1] + after[k]) / 2;
    sum = first_within;
    for (std::size_t j = 1; j <= k; ++j) sum += first[j - 1] * middle[k - j];
    from[k] = sum;
  }
  for (std::size_t i = 0; i < horizons.size(); ++i) {
    const double at = std::max(horizons[i] / step, 0.0);
    const auto below = std::min(static_cast<std::size_t>(at), points);
    const double rest = at - static_cast<double>(below);
    const double next = from[std::min(below + 1, points)];
    expected[i] = from[below] + rest * (next - from[below]);
  }
}

}  // namespace ca::nets
