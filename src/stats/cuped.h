#pragma once

#include <optional>
#include <span>
#include <vector>

#include "stats/two_samples.h"

namespace ca::stats {

/// Values and what was known of the same units before the experiment, in the same order.
struct WithCovariate {
  std::span<const double> values;
  std::span<const double> covariate;
};

/// A comparison freed of what a covariate from before the experiment explains.
struct Cuped {
  double theta = 0;           ///< taken off the value for each unit of covariate above its mean
  Moments treated;            ///< of the adjusted values
  Moments control;            ///< of the adjusted values
  TwoSampleTest test;         ///< Welch of the adjusted values
  double variance_saved = 0;  ///< 1 - variance of the adjusted difference / of the raw one
  bool does_help = false;     ///< it saved 1 % or more, and more than chance does in 95 of 100
};

/// Controlled experiments using pre-experiment data: value - theta (covariate - its mean in both
/// arms), theta the slope within arms, so that an effect does not bend it. Missing where theta is
/// not defined: fewer than three values a side, or a covariate that does not vary within arms.
/// Source: Deng, Xu, Kohavi, Walker 2013.
std::optional<Cuped> cuped(const WithCovariate& treated, const WithCovariate& control,
                           double alpha);

}  // namespace ca::stats
