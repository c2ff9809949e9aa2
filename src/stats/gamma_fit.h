#pragma once

#include <optional>
#include <span>

#include "stats/two_samples.h"

namespace ca::stats {

/// What likelihoods of positive values ask of a sample.
struct PositiveSample {
  Moments values;
  Moments logarithms;
};
/// Every value > 0.
PositiveSample positive_sample(std::span<const double> values);

struct GammaFit {
  double shape = 0;  ///< of every sample; 1 / shape is the square of the coefficient of variation
  double log_likelihood = 0;
};

/// Gamma distributions with one shape for all samples and a mean for each, by maximum likelihood.
/// Missing where nothing varies, so that no shape is the best.
std::optional<GammaFit> fit_gamma(std::span<const PositiveSample> samples);

/// The log-likelihood of log-normal distributions with one variance for all samples and a centre
/// for each, at its maximum. Missing where nothing varies.
std::optional<double> log_normal_likelihood(std::span<const PositiveSample> samples);

/// Twice the gain in log-likelihood of two means over one, with a common shape: chi-square with one
/// degree of freedom where the means are equal (Wilks 1938).
std::optional<double> gamma_likelihood_ratio(std::span<const double> treated,
                                             std::span<const double> control);

}  // namespace ca::stats
