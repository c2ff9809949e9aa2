#include "stats/distribution.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/gamma_fit.h"
#include "stats/two_samples.h"

namespace ca::stats {
namespace {

constexpr double kMostOfPoisson = 1.5;
constexpr double kLongTail = 1;

struct Seen {
  double least = 0;
  double greatest = 0;
  bool has_more = false;  ///< values beside the least and the greatest
  bool is_whole = true;   ///< and none below zero
  bool is_share = true;   ///< between 0 and 1, neither occurs
};

using Samples = std::array<std::span<const double>, 2>;

Seen look_at(const Samples& samples) {
  Seen seen;
  bool is_first = true;
  for (const std::span<const double> sample : samples) {
    for (const double value : sample) {
      seen.least = is_first ? value : std::min(seen.least, value);
      seen.greatest = is_first ? value : std::max(seen.greatest, value);
      is_first = false;
      seen.is_whole &= value >= 0 && value == std::floor(value);
      seen.is_share &= value > 0 && value < 1;
    }
  }
  for (const std::span<const double> sample : samples) {
    seen.has_more |= std::ranges::any_of(
        sample, [&](double value) { return value != seen.least && value != seen.greatest; });
  }
  return seen;
}

std::optional<double> dispersion_of(const Moments& treated, const Moments& control) {
  const auto n1 = static_cast<double>(treated.n);
  const auto n0 = static_cast<double>(control.n);
  const double mean = (n1 * treated.mean + n0 * control.mean) / (n1 + n0);
  if (!(mean > 0) || n1 + n0 < 3) return {};
  const double squares =
      treated.variance.value_or(0) * (n1 - 1) + control.variance.value_or(0) * (n0 - 1);
  return squares / (n1 + n0 - 2) / mean;
}

/// Of deviations from each sample's own mean, in units of `scale` so that powers stay finite.
double skewness_of(const Samples& samples, double scale) {
  double n = 0;
  double squares = 0;
  double cubes = 0;
  for (const std::span<const double> sample : samples) {
    const double mean = moments_of(sample).mean;
    for (const double value : sample) {
      const double off = (value - mean) / scale;
      squares += off * off;
      cubes += off * off * off;
    }
    n += static_cast<double>(sample.size());
  }
  return squares > 0 ? cubes / n / std::pow(squares / n, 1.5) : 0;
}

Distribution with_long_tail(const Samples& samples) {
  const std::array<PositiveSample, 2> positive = {positive_sample(samples[0]),
                                                  positive_sample(samples[1])};
  const auto gamma = fit_gamma(positive);
  const auto log_normal = log_normal_likelihood(positive);
  const bool is_gamma = gamma && (!log_normal || gamma->log_likelihood > *log_normal);
  return is_gamma ? Distribution::kGamma : Distribution::kLogNormal;
}

}  // namespace

std::string_view name_of(Distribution distribution) {
  switch (distribution) {
    case Distribution::kConstant: return "constant";
    case Distribution::kBinomial: return "binomial";
    case Distribution::kPoisson: return "poisson";
    case Distribution::kNegativeBinomial: return "negative_binomial";
    case Distribution::kBeta: return "beta";
    case Distribution::kGamma: return "gamma";
    case Distribution::kLogNormal: return "log_normal";
    case Distribution::kGaussian: break;
  }
  return "gaussian";
}

SampleShape shape_of(std::span<const double> treated, std::span<const double> control) {
  const Samples samples = {treated, control};
  const Seen seen = look_at(samples);
  SampleShape shape{.distribution = Distribution::kGaussian,
                    .least = seen.least,
                    .greatest = seen.greatest,
                    .dispersion = {},
                    .skewness = 0};
  if (seen.least == seen.greatest) {
    shape.distribution = Distribution::kConstant;
    return shape;
  }
  if (!seen.has_more) {
    shape.distribution = Distribution::kBinomial;
    return shape;
  }
  shape.skewness = skewness_of(samples, std::max(std::abs(seen.least), std::abs(seen.greatest)));
  if (seen.is_whole) {
    shape.dispersion = dispersion_of(moments_of(treated), moments_of(control));
    shape.distribution = shape.dispersion.value_or(0) < kMostOfPoisson
                             ? Distribution::kPoisson
                             : Distribution::kNegativeBinomial;
  } else if (seen.is_share) {
    shape.distribution = Distribution::kBeta;
  } else if (seen.least > 0 && shape.skewness > kLongTail) {
    shape.distribution = with_long_tail(samples);
  }
  return shape;
}

}  // namespace ca::stats
