#include "stats/random.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <numbers>
#include <utility>

namespace ca::stats {
RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream)
    : Random(mix(mix(seed) ^ mix(mix(stream)))) {}

double RandomStream::normal() {
  if (spare_) return *std::exchange(spare_, std::nullopt);
  const double radius = std::sqrt(-2 * std::log(uniform()));
  const double angle = 2 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

double RandomStream::gamma(double shape) {
  // Below 1 by the gamma of shape + 1 and a power of a uniform.
  if (shape < 1) return gamma(shape + 1) * std::pow(uniform(), 1 / shape);
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = normal();
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = uniform();
    // The first is true of nearly all, implies the second, and needs no logarithm.
    if (u < 1 - 0.0331 * x * x * x * x) return d * v;
    if (std::log(u) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

double RandomStream::beta(double a, double b) {
  // The ratio of two gammas by its log-odds, which small shapes do not round to 0 / 0.
  const double log_x = std::log(gamma(a + 1)) + std::log(uniform()) / a;
  const double log_y = std::log(gamma(b + 1)) + std::log(uniform()) / b;
  return 1 / (1 + std::exp(log_y - log_x));
}

std::int64_t RandomStream::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean < 10) {
    const double limit = std::exp(-mean);
    double product = uniform();
    std::int64_t count = 0;
    while (product > limit) {
      product *= uniform();
      ++count;
    }
    return count;
  }
  const double log_mean = std::log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (std::log(v) + std::log(inverse_alpha) - std::log(a / (us * us) + b) <=
        k * log_mean - mean - boost::math::lgamma(k + 1)) {
      return static_cast<std::int64_t>(k);
    }
  }
}

std::int64_t RandomStream::binomial(std::int64_t trials, double success) {
  if (trials <= 0 || !(success > 0)) return 0;
  if (success >= 1) return trials;
  if (success > 0.5) return trials - binomial(trials, 1 - success);
  const auto n = static_cast<double>(trials);
  const double odds = success / (1 - success);
  const double mean = n * success;
  if (mean < 10) {
    for (;;) {
      double left = uniform();
      double share = std::exp(n * std::log1p(-success));
      for (std::int64_t count = 0; count <= trials && count < 200; ++count) {
        if (left <= share) return count;
        left -= share;
        share *= odds * static_cast<double>(trials - count) / static_cast<double>(count + 1);
      }
      // Rounding used up every share: once in some 1e15 draws.
    }
  }
  const double spread = std::sqrt(mean * (1 - success));
  const double b = 1.15 + 2.53 * spread;
  const double a = -0.0873 + 0.0248 * b + 0.01 * success;
  const double v_r = 0.92 - 4.2 / b;
  const double alpha = (2.83 + 5.1 / b) * spread;
  const double log_odds = std::log(odds);
  const double mode = std::floor((n + 1) * success);
  const auto log_ways = [&](double k) {
    return -boost::math::lgamma(k + 1) - boost::math::lgamma(n - k + 1);
  };
  for (;;) {
    const double u = uniform() - 0.5;
    const double v = uniform();
    const double us = 0.5 - std::abs(u);
    const double k = std::floor((2 * a / us + b) * u + mean + 0.5);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0 || k > n) continue;
    if (std::log(v * alpha / (a / (us * us) + b)) <=
        log_ways(k) - log_ways(mode) + (k - mode) * log_odds) {
      return static_cast<std::int64_t>(k);
    }
  }
}

std::int64_t RandomStream::geometric(double success) {
  if (success >= 1) return 1;
  const double trials = std::floor(std::log(uniform()) / std::log1p(-success));
  return 1 + static_cast<std::int64_t>(std::clamp(trials, 0.0, 0x1p62));
}

}  // namespace ca::stats
