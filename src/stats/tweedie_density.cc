#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>

#include "stats/tweedie.h"

namespace ca::stats {

double TweedieDensity::log_divisor(std::size_t j) {
  const double a = (2 - power_) / (power_ - 1);
  while (log_divisors_.size() <= j) {
    const auto next = static_cast<double>(log_divisors_.size());
    log_divisors_.push_back(
        next == 0 ? 0 : boost::math::lgamma(next + 1) + boost::math::lgamma(a * next));
  }
  return log_divisors_[j];
}

double TweedieDensity::log(double y, double mean, double dispersion) {
  const double power = power_;
  const double of_mean = std::pow(mean, 2 - power) / (2 - power);
  if (y <= 0) return -of_mean / dispersion;
  const double exponent = (y * std::pow(mean, 1 - power) / (1 - power) - of_mean) / dispersion;
  // The terms of the sum below rise to about the j `highest` and fall on both sides of it.
  const double highest =
      std::max(std::round(std::pow(y, 2 - power) / (dispersion * (2 - power))), 1.0);
  constexpr double kManyTerms = 1e4;
  if (highest > kManyTerms) {
    // Saddle point: relative error about 1 / highest.
    const double at_y = std::pow(y, 2 - power) * (1 / (1 - power) - 1 / (2 - power)) / dispersion;
    return exponent - at_y - 0.5 * std::log(2 * std::numbers::pi * dispersion) -
           power / 2 * std::log(y);
  }
  // ln sum over j >= 1 of z^j / (j! Gamma(a j)): j amounts, each gamma with the shape a.
  const double a = (2 - power) / (power - 1);
  const double log_z = a * std::log(y) - a * std::log(power - 1) - (1 + a) * std::log(dispersion) -
                       std::log(2 - power);
  const auto log_term = [&](std::size_t j) {
    return static_cast<double>(j) * log_z - log_divisor(j);
  };
  const auto peak = static_cast<std::size_t>(highest);
  const double top = log_term(peak);
  constexpr double kNegligible = 37;
  double sum = 1;
  for (std::size_t j = peak + 1;; ++j) {
    const double below = log_term(j) - top;
    sum += std::exp(below);
    if (below < -kNegligible) break;
  }
  for (std::size_t j = peak - 1; j >= 1; --j) {
    const double below = log_term(j) - top;
    sum += std::exp(below);
    if (below < -kNegligible) break;
  }
  return exponent - std::log(y) + top + std::log(sum);
}

}  // namespace ca::stats
