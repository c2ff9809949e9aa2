#include "stats/gamma_fit.h"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>
#include <cmath>
#include <numbers>
#include <vector>

namespace ca::stats {
namespace {

/// Below this the mean's logarithm and the logarithms' mean differ by rounding alone.
constexpr double kLeastSpread = 1e-11;

double size_of(const PositiveSample& sample) { return static_cast<double>(sample.values.n); }

/// The shape at which log(shape) - digamma(shape) is `spread`: Newton's method from Minka's start.
double shape_of_spread(double spread) {
  double shape =
      (3 - spread + std::sqrt((spread - 3) * (spread - 3) + 24 * spread)) / (12 * spread);
  for (int i = 0; i < 50; ++i) {
    const double off = std::log(shape) - boost::math::digamma(shape) - spread;
    const double step = off / (1 / shape - boost::math::trigamma(shape));
    shape = std::max(shape - step, shape / 10);
    if (std::abs(step) <= 1e-13 * shape) break;
  }
  return shape;
}

}  // namespace

PositiveSample positive_sample(std::span<const double> values) {
  std::vector<double> logarithms(values.begin(), values.end());
  for (double& value : logarithms) value = std::log(value);
  return {.values = moments_of(values), .logarithms = moments_of(logarithms)};
}

std::optional<GammaFit> fit_gamma(std::span<const PositiveSample> samples) {
  double n = 0;
  double spread = 0;
  for (const PositiveSample& sample : samples) {
    if (sample.values.n == 0) continue;
    n += size_of(sample);
    spread += size_of(sample) * (std::log(sample.values.mean) - sample.logarithms.mean);
  }
  if (!(spread > kLeastSpread * n) || !std::isfinite(spread)) return {};
  GammaFit fit;
  fit.shape = shape_of_spread(spread / n);
  fit.log_likelihood =
      n * (fit.shape * std::log(fit.shape) - boost::math::lgamma(fit.shape) - fit.shape);
  for (const PositiveSample& sample : samples) {
    if (sample.values.n == 0) continue;
    fit.log_likelihood += size_of(sample) * ((fit.shape - 1) * sample.logarithms.mean -
                                             fit.shape * std::log(sample.values.mean));
  }
  return fit;
}

std::optional<double> log_normal_likelihood(std::span<const PositiveSample> samples) {
  double n = 0;
  double squares = 0;
  double logarithms = 0;
  for (const PositiveSample& sample : samples) {
    n += size_of(sample);
    squares += sample.logarithms.variance.value_or(0) * (size_of(sample) - 1);
    logarithms += size_of(sample) * sample.logarithms.mean;
  }
  if (!(squares > 0)) return {};
  return -n / 2 * (std::log(2 * std::numbers::pi * squares / n) + 1) - logarithms;
}

std::optional<double> gamma_likelihood_ratio(std::span<const double> treated,
                                             std::span<const double> control) {
  const std::array<PositiveSample, 2> apart = {positive_sample(treated), positive_sample(control)};
  std::vector<double> values(treated.begin(), treated.end());
  values.insert(values.end(), control.begin(), control.end());
  const std::array<PositiveSample, 1> together = {positive_sample(values)};
  const auto two = fit_gamma(apart);
  const auto one = fit_gamma(together);
  if (!two || !one) return {};
  return std::max(0.0, 2 * (two->log_likelihood - one->log_likelihood));
}

}  // namespace ca::stats
