#pragma once

#include <cstddef>

#include "nets/model_file.h"

namespace ca::nets {

/// With probability `none` there is no value (the gap never ends, the amount is zero); else its
/// logarithm is normal with mean `mu` and deviation `sigma`.
struct MaybeLogNormal {
  double none = 0;
  double mu = 0;
  double sigma = 1;
  bool operator==(const MaybeLogNormal&) const = default;
};

/// log P(Z > z) of a standard normal Z, without underflow.
double log_tail(double z);

/// log P(value > x | there is one); 0 for x <= 0.
double log_survival(const MaybeLogNormal& of, double x);

/// How a network's three outputs are a MaybeLogNormal: the logit of `none`, mu in deviations from a
/// typical mean, and sigma in these deviations through a softplus that gives 1 at 0. Mean and
/// deviation are those of the logarithms that were learnt from.
struct Head {
  static constexpr std::size_t kOutputs = 3;

  double mean = 0;
  double deviation = 1;

  void save(Model& model) const;
  static Head of(const Model& model);
  MaybeLogNormal operator()(const float* outputs) const;

  /// Negative log-likelihoods; each adds `weight` times its slopes by the outputs to `slopes`.
  /// A value of `x` > 0:
  double of_value(const float* outputs, double x, double weight, float* slopes) const;
  /// No value:
  double of_none(const float* outputs, double weight, float* slopes) const;
  /// It was looked at until `x` >= 0 and no value had come (right-censored):
  double of_open(const float* outputs, double x, double weight, float* slopes) const;
};

}  // namespace ca::nets
