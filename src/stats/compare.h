#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stats/distribution.h"
#include "stats/two_samples.h"

namespace ca::stats {

/// How two independent samples were tested.
enum class TestKind : std::uint8_t {
  kNone,                  ///< nothing varies
  kTwoProportions,        ///< statistic z
  kFisher,                ///< statistic z as well; the p-value is exact
  kConditionalPoisson,    ///< statistic: the treated sample's total
  kGammaLikelihoodRatio,  ///< statistic chi-square, one degree of freedom
  kWelch,                 ///< statistic t
  kWelchOfLogits,         ///< statistic t, of log(x / (1 - x))
  kPermutation            ///< statistic t
};

/// "none", "two_proportions_z", "fisher_exact", "poisson_conditional", "gamma_likelihood_ratio",
/// "welch_t", "welch_t_of_logits", "permutation_t".
std::string_view name_of(TestKind kind);

struct Comparison {
  Distribution distribution = Distribution::kConstant;
  TestKind test = TestKind::kNone;
  std::string why;  ///< one sentence for people
  /// Statistic, degrees and p-value are the test's; difference, its standard error and interval are
  /// always those of the means (of the shares, times the distance of the two values), in the
  /// values' unit. Where a long tail and unequal sides ask for permutations,
  /// the interval is wide enough for their quantile. Where Fisher's test is used the interval is
  /// Newcombe's, and the standard error belongs to its width: the unpooled one of rare events may
  /// be zero.
  TwoSampleTest result;
};

/// A side with at most so many values is small.
inline constexpr std::size_t kSmallSide = 200;
/// From this skewness of the difference of means on Welch's t raises more false alarms than it
/// should. Tails of equal sides cancel, those of unequal sides do not.
inline constexpr double kSkewedDifference = 0.1;

/// Chooses the test by what the values of both samples look like, and performs it:
///   two values               z of two proportions; Fisher's exact test where a cell expects < 5
///   Poisson's counts         conditional test of the totals, where the counts spread as Poisson's
///                            (0.8 to 1 times their mean: above it is too eager, below it is blind)
///   a small side, or unequal
///   sides with long tails    Welch's t among permutations
///   gamma                    likelihood ratio of the means with a common shape, where the values
///                            spread no more than that gamma says
///   between 0 and 1          Welch's t of logits
///   everything else          Welch's t of the values
/// What a row's condition does not admit goes on to the rows below. A log-normal sample is compared
/// by its mean, not by its logarithms: the question is about money.  Source: reports.md 5.9.
Comparison compare(std::span<const double> treated, std::span<const double> control, double alpha,
                   std::uint64_t seed = 1);

}  // namespace ca::stats
