#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace ca::stats {

/// Which distribution values look like. It decides how they are tested (compare.h), so it is told
/// by rules that a reader can follow, in the order of the names here.
enum class Distribution : std::uint8_t {
  kConstant,          ///< at most one value occurs
  kBinomial,          ///< two values occur
  kPoisson,           ///< whole numbers from 0 on, variance / mean below 1.5
  kNegativeBinomial,  ///< whole numbers from 0 on that spread more
  kBeta,              ///< all between 0 and 1
  kGamma,             ///< positive with a long tail (skewness above 1), likelier than log-normal
  kLogNormal,         ///< positive with a long tail, likelier than gamma
  kGaussian           ///< everything else
};

/// "constant", "binomial", "poisson", "negative_binomial", "beta", "gamma", "log_normal",
/// "gaussian".
std::string_view name_of(Distribution distribution);

struct SampleShape {
  Distribution distribution = Distribution::kConstant;
  double least = 0;
  double greatest = 0;
  std::optional<double> dispersion;  ///< variance / mean, of whole numbers
  double skewness = 0;
};

/// The shape of both samples together. Spread and skewness are those within the samples, so that an
/// effect is not taken for a tail. Gamma and log-normal are compared by AIC: with as many
/// parameters each (two centres, one spread) that is the likelihood.  Source: reports.md 5.9.
SampleShape shape_of(std::span<const double> treated, std::span<const double> control);

}  // namespace ca::stats
