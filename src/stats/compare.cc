#include "stats/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "stats/exact_tests.h"
#include "stats/gamma_fit.h"
#include "stats/permutation.h"

namespace ca::stats {
namespace {

constexpr double kFewExpected = 5;
constexpr double kLeastDispersion = 0.8;
constexpr double kMostDispersion = 1;
/// From here on the normal distribution is the conditional test's to all digits.
constexpr double kMostEvents = 1e8;
/// Permutations of more values would take a second and longer.
constexpr std::size_t kMostDealt = 10'000;

using Values = std::span<const double>;

/// Two-sided, of chi-square with one degree of freedom.
double above(double chi2) { return std::erfc(std::sqrt(chi2 / 2)); }

double sum_of(const Moments& moments) {
  return std::round(moments.mean * static_cast<double>(moments.n));
}

/// Of the difference of two means whose values have this skewness and one variance.
double skewness_of_difference(double skewness, double n1, double n0) {
  return skewness * (1 / (n1 * n1) - 1 / (n0 * n0)) / std::pow(1 / n1 + 1 / n0, 1.5);
}

std::size_t other_than_zero(Values values) {
  return values.size() - static_cast<std::size_t>(std::ranges::count(values, 0.0));
}

std::vector<double> logits_of(Values values) {
  std::vector<double> logits(values.begin(), values.end());
  for (double& value : logits) value = std::log(value) - std::log1p(-value);
  return logits;
}

/// One comparison; each test that does not fit leaves the next its turn.
class Chooser {
 public:
  Chooser(Values treated, Values control, double alpha, std::uint64_t seed)
      : treated_(treated),
        control_(control),
        alpha_(alpha),
        seed_(seed),
        shape_(stats::shape_of(treated, control)) {
    made_.distribution = shape_.distribution;
  }

  Comparison choose() {
    if (shape_.distribution == Distribution::kConstant) {
      made_.why = "All values are equal: there is nothing to test.";
      return std::move(made_);
    }
    if (shape_.distribution == Distribution::kBinomial) {
      compare_shares();
      return std::move(made_);
    }
    treated_moments_ = moments_of(treated_);
    control_moments_ = moments_of(control_);
    made_.result = welch(treated_moments_, control_moments_, alpha_);
    if (!made_.result.p_value) {
      made_.why = "Neither side varies in itself: there is nothing to test.";
      return std::move(made_);
    }
    if (!compare_totals() && !permute() && !compare_gammas() && !compare_logits()) {
      is(TestKind::kWelch, "Welch's t of the means. " + looks());
    }
    return std::move(made_);
  }

 private:
  void is(TestKind test, std::string why) {
    made_.test = test;
    made_.why = std::move(why);
  }
  void is(TestKind test, std::string why, double statistic, double p_value) {
    is(test, std::move(why));
    made_.result.statistic = statistic;
    made_.result.degrees.reset();
    made_.result.p_value = p_value;
  }

  /// What the values look like, where that does not speak for a test of its own.
  std::string looks() const {
    switch (shape_.distribution) {
      case Distribution::kPoisson:
      case Distribution::kNegativeBinomial:
        return fmt::format("The values are counts that vary {:.3g} times as much as Poisson's.",
                           shape_.dispersion.value_or(0));
      case Distribution::kGamma:
        return "The values have a long tail, and vary more than the gamma distribution that "
               "fits them best.";
      case Distribution::kLogNormal:
        return "The values have a long tail like log-normal ones; their means are asked for, not "
               "their logarithms.";
      default: return "The values follow no distribution that has a test of its own.";
    }
  }

  void compare_shares() {
    const auto successes = [&](Values values) {
      return static_cast<std::int64_t>(std::ranges::count(values, shape_.greatest));
    };
    const auto n1 = static_cast<std::int64_t>(treated_.size());
    const auto n0 = static_cast<std::int64_t>(control_.size());
    if (n1 == 0 || n0 == 0) {
      made_.why = "One side is empty: there is nothing to test.";
      return;
    }
    const std::int64_t s1 = successes(treated_);
    const std::int64_t s0 = successes(control_);
    TwoSampleTest& result = made_.result;
    result = two_proportions(s1, n1, s0, n0, alpha_);
    is(TestKind::kTwoProportions, "Two values occur: the shares of the greater one are compared.");
    const std::int64_t rarer = std::min(s1 + s0, n1 + n0 - s1 - s0);
    const double expected = static_cast<double>(std::min(n1, n0)) * static_cast<double>(rarer) /
                            static_cast<double>(n1 + n0);
    if (expected < kFewExpected) {
      is(TestKind::kFisher,
         fmt::format("Two values occur, one of them so rarely that only {:.2g} are expected on a "
                     "side: Fisher's exact test.",
                     expected));
      result = rare_proportions(s1, n1, s0, n0, alpha_);
    }
    const double distance = shape_.greatest - shape_.least;
    result.difference *= distance;
    if (result.standard_error) *result.standard_error *= distance;
    if (result.interval) {
      result.interval = Interval{result.interval->low * distance, result.interval->high * distance};
    }
  }

  bool compare_totals() {
    if (shape_.distribution != Distribution::kPoisson || !shape_.dispersion) return false;
    const double treated = sum_of(treated_moments_);
    const double control = sum_of(control_moments_);
    if (*shape_.dispersion < kLeastDispersion || *shape_.dispersion > kMostDispersion ||
        treated + control > kMostEvents) {
      return false;
    }
    is(TestKind::kConditionalPoisson,
       fmt::format("The values are counts that vary as Poisson's do (variance {:.3g} of the mean): "
                   "the totals are compared exactly.",
                   *shape_.dispersion),
       treated,
       conditional_poisson(static_cast<std::int64_t>(treated), treated_moments_.n,
                           static_cast<std::int64_t>(control), control_moments_.n));
    return true;
  }

  /// Whether long tails of unequal sides leave the difference of means too skewed for Welch's t.
  bool is_difference_skewed() const {
    const double skewness =
        skewness_of_difference(shape_.skewness, static_cast<double>(treated_.size()),
                               static_cast<double>(control_.size()));
    if (std::abs(skewness) < kSkewedDifference) return false;
    return std::min({treated_.size(), control_.size(),
                     other_than_zero(treated_) + other_than_zero(control_)}) <= kMostDealt;
  }

  bool permute() {
    const bool is_small = std::min(treated_.size(), control_.size()) <= kSmallSide;
    const bool is_skewed = is_difference_skewed();
    if (!is_small && !is_skewed) return false;
    const auto test = permutation_test(treated_, control_, seed_);
    if (!test) return false;
    is(TestKind::kPermutation,
       fmt::format("{}: Welch's t among {} random permutations.",
                   is_skewed ? "The sides are unequal and the values have a long tail"
                             : fmt::format("A side has at most {} values", kSmallSide),
                   test->permutations),
       test->statistic, test->p_value);
    if (is_skewed) widen_interval();
    return true;
  }

  /// To the quantile of the permutations, where that is further out than Student's.
  void widen_interval() {
    TwoSampleTest& result = made_.result;
    const auto quantile = permuted_quantile(treated_, control_, alpha_, seed_);
    if (!quantile) return;
    const double half = *quantile * *result.standard_error;
    result.interval = Interval{std::min(result.interval->low, result.difference - half),
                               std::max(result.interval->high, result.difference + half)};
  }

  bool compare_gammas() {
    if (shape_.distribution != Distribution::kGamma) return false;
    const std::array<PositiveSample, 2> samples = {positive_sample(treated_),
                                                   positive_sample(control_)};
    const auto fit = fit_gamma(samples);
    const auto ratio = gamma_likelihood_ratio(treated_, control_);
    if (!fit || !ratio) return false;
    double spread = 0;
    double n = 0;
    for (const Moments& moments : {treated_moments_, control_moments_}) {
      spread += static_cast<double>(moments.n - 1) * moments.variance.value_or(0) /
                (moments.mean * moments.mean);
      n += static_cast<double>(moments.n);
    }
    if (spread / (n - 2) * fit->shape > 1) return false;
    is(TestKind::kGammaLikelihoodRatio,
       fmt::format("The values have a long tail as gamma distributions of shape {:.3g} have: the "
                   "likelihood of two means is compared with that of one.",
                   fit->shape),
       *ratio, above(*ratio));
    return true;
  }

  bool compare_logits() {
    if (shape_.distribution != Distribution::kBeta) return false;
    const TwoSampleTest test =
        welch(moments_of(logits_of(treated_)), moments_of(logits_of(control_)), alpha_);
    if (!test.p_value) return false;
    is(TestKind::kWelchOfLogits,
       "All values lie between 0 and 1: the p-value is that of Welch's t of their logits, the "
       "interval that of the means.",
       *test.statistic, *test.p_value);
    made_.result.degrees = test.degrees;
    return true;
  }

  Values treated_;
  Values control_;
  double alpha_;
  std::uint64_t seed_;
  SampleShape shape_;
  Moments treated_moments_;
  Moments control_moments_;
  Comparison made_;
};

}  // namespace

std::string_view name_of(TestKind kind) {
  switch (kind) {
    case TestKind::kNone: return "none";
    case TestKind::kTwoProportions: return "two_proportions_z";
    case TestKind::kFisher: return "fisher_exact";
    case TestKind::kConditionalPoisson: return "poisson_conditional";
    case TestKind::kGammaLikelihoodRatio: return "gamma_likelihood_ratio";
    case TestKind::kWelch: return "welch_t";
    case TestKind::kWelchOfLogits: return "welch_t_of_logits";
    case TestKind::kPermutation: break;
  }
  return "permutation_t";
}

Comparison compare(std::span<const double> treated, std::span<const double> control, double alpha,
                   std::uint64_t seed) {
  return Chooser(treated, control, alpha, seed).choose();
}

}  // namespace ca::stats
