#include "stats/cuped.h"

#include <algorithm>
#include <cmath>

namespace ca::stats {
namespace {

constexpr double kLeastHelp = 0.01;
/// The 95 % point of chi-square with one degree of freedom: n r^2 of unrelated columns stays below.
constexpr double kByChance = 3.841458820694124;

struct Cross {
  double covariate = 0;  ///< sum of squared deviations
  double both = 0;       ///< sum of products of deviations
};

Cross cross_of(const WithCovariate& arm, double value_mean, double covariate_mean) {
  Cross cross;
  for (std::size_t i = 0; i < arm.values.size(); ++i) {
    const double x = arm.covariate[i] - covariate_mean;
    cross.covariate += x * x;
    cross.both += x * (arm.values[i] - value_mean);
  }
  return cross;
}

std::vector<double> adjusted(const WithCovariate& arm, double theta, double covariate_mean) {
  std::vector<double> values(arm.values.begin(), arm.values.end());
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] -= theta * (arm.covariate[i] - covariate_mean);
  }
  return values;
}

}  // namespace

std::optional<Cuped> cuped(const WithCovariate& treated, const WithCovariate& control,
                           double alpha) {
  if (treated.values.size() < 3 || control.values.size() < 3) return {};
  const Moments y1 = moments_of(treated.values);
  const Moments y0 = moments_of(control.values);
  const Moments x1 = moments_of(treated.covariate);
  const Moments x0 = moments_of(control.covariate);
  const Cross c1 = cross_of(treated, y1.mean, x1.mean);
  const Cross c0 = cross_of(control, y0.mean, x0.mean);
  const double spread = c1.covariate + c0.covariate;
  if (!(spread > 0)) return {};

  const auto n1 = static_cast<double>(y1.n);
  const auto n0 = static_cast<double>(y0.n);
  const double covariate_mean = (n1 * x1.mean + n0 * x0.mean) / (n1 + n0);
  Cuped result;
  result.theta = (c1.both + c0.both) / spread;
  result.treated = moments_of(adjusted(treated, result.theta, covariate_mean));
  result.control = moments_of(adjusted(control, result.theta, covariate_mean));
  result.test = welch(result.treated, result.control, alpha);
  const double raw = *y1.variance / n1 + *y0.variance / n0;
  const double left = *result.treated.variance / n1 + *result.control.variance / n0;
  if (!(raw > 0) || !std::isfinite(result.theta)) return {};
  result.variance_saved = 1 - left / raw;
  result.does_help = result.variance_saved >= std::max(kLeastHelp, kByChance / (n1 + n0));
  return result;
}

}  // namespace ca::stats
