#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace ca::stats {

// Two independent samples compared. What is not defined (no spread, too few values) is nullopt;
// alpha, between 0 and 1, is the share of intervals that may miss the truth.

/// A sample as its tests see it: the variance is the unbiased one (divided by n - 1), missing
/// below two values.
struct Moments {
  std::int64_t n = 0;
  double mean = 0;
  std::optional<double> variance;
};

/// In two passes, compensated (Neumaier 1974). Values in the same order give the same bytes.
Moments moments_of(std::span<const double> values);
/// Of n values of which `successes` are one and the others zero.
Moments moments_of_proportion(std::int64_t successes, std::int64_t n);

struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

struct TwoSampleTest {
  double difference = 0;                 ///< treated minus control, in the values' unit
  std::optional<double> standard_error;  ///< of the difference, without assuming equal spread
  std::optional<Interval> interval;      ///< of the difference, covers it with 1 - alpha
  std::optional<double> statistic;       ///< z or t
  std::optional<double> degrees;         ///< of freedom, where the statistic is a t
  std::optional<double> p_value;         ///< two-sided
};

/// z with the pooled share and without continuity correction, the interval (Wald) with both shares
/// by themselves (ruling 73). Both n > 0.
TwoSampleTest two_proportions(std::int64_t treated, std::int64_t treated_n, std::int64_t control,
                              std::int64_t control_n, double alpha);

/// Welch's t with Satterthwaite's degrees of freedom (Welch 1947).
TwoSampleTest welch(const Moments& treated, const Moments& control, double alpha);

/// Of a mean, by Student's t.
std::optional<Interval> mean_interval(const Moments& sample, double alpha);
/// Of a share (Wilson 1927); within 0 and 1, also where all or none are successes. n > 0.
Interval share_interval(std::int64_t successes, std::int64_t n, double alpha);

/// treated / control - 1 with an interval by Fieller (1954), with normal quantiles. The interval
/// is missing where the control's mean is not told apart from zero, the ratio where it is zero.
struct RelativeDifference {
  std::optional<double> value;
  std::optional<Interval> interval;
};
RelativeDifference relative_difference(const Moments& treated, const Moments& control,
                                       double alpha);

/// The probability with which the smallest detectable difference is to be found, where nothing else
/// is asked.
inline constexpr double kPower = 0.8;

/// The smallest true difference that a two-sided test at alpha finds with probability `power`,
/// where the difference has this standard error: (z(1 - alpha / 2) + z(power)) * standard error.
double minimum_detectable_effect(double standard_error, double alpha, double power);

}  // namespace ca::stats
