#include "stats/two_samples.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

#include "stats/compensated_sum.h"
#include "stats/student.h"

namespace ca::stats {
namespace {

/// z that a standard normal value exceeds with probability `tail`.
double normal_above(double tail) {
  return boost::math::quantile(boost::math::complement(boost::math::normal(), tail));
}

double normal_two_sided(double z) {
  return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(z)));
}

Interval around(double centre, double half) { return {centre - half, centre + half}; }

}  // namespace

Moments moments_of(std::span<const double> values) {
  Moments moments{.n = static_cast<std::int64_t>(values.size()), .mean = 0, .variance = {}};
  if (values.empty()) return moments;
  const auto n = static_cast<double>(values.size());
  CompensatedSum sum;
  for (const double value : values) sum.add(value);
  moments.mean = sum.value() / n;
  if (values.size() < 2) return moments;
  const auto [least, greatest] = std::ranges::minmax(values);
  if (least == greatest) {  // no spread, whatever the mean was rounded to
    moments.mean = least;
    moments.variance = 0;
    return moments;
  }
  CompensatedSum squares;
  CompensatedSum rest;  // what the rounded mean leaves over
  for (const double value : values) {
    const double deviation = value - moments.mean;
    squares.add(deviation * deviation);
    rest.add(deviation);
  }
  const double spread = squares.value() - rest.value() * rest.value() / n;
  moments.variance = std::max(0.0, spread) / (n - 1);
  return moments;
}

Moments moments_of_proportion(std::int64_t successes, std::int64_t n) {
  Moments moments{.n = n, .mean = 0, .variance = {}};
  if (n == 0) return moments;
  const auto size = static_cast<double>(n);
  moments.mean = static_cast<double>(successes) / size;
  if (n > 1) moments.variance = moments.mean * (1 - moments.mean) * size / (size - 1);
  return moments;
}

TwoSampleTest two_proportions(std::int64_t treated, std::int64_t treated_n, std::int64_t control,
                              std::int64_t control_n, double alpha) {
  const auto n1 = static_cast<double>(treated_n);
  const auto n0 = static_cast<double>(control_n);
  const double p1 = static_cast<double>(treated) / n1;
  const double p0 = static_cast<double>(control) / n0;
  const double pooled = static_cast<double>(treated + control) / (n1 + n0);
  TwoSampleTest test;
  test.difference = p1 - p0;
  const double pooled_error = std::sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0));
  if (!(pooled_error > 0)) return test;
  test.statistic = test.difference / pooled_error;
  test.p_value = normal_two_sided(*test.statistic);
  const double error = std::sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0);
  if (!(error > 0)) return test;  // all against none: Wald's interval has no width
  test.standard_error = error;
  test.interval = around(test.difference, normal_above(alpha / 2) * error);
  return test;
}

TwoSampleTest welch(const Moments& treated, const Moments& control, double alpha) {
  TwoSampleTest test;
  test.difference = treated.mean - control.mean;
  if (!treated.variance || !control.variance) return test;
  const auto n1 = static_cast<double>(treated.n);
  const auto n0 = static_cast<double>(control.n);
  const double v1 = *treated.variance / n1;
  const double v0 = *control.variance / n0;
  const double error = std::sqrt(v1 + v0);
  if (!(error > 0)) return test;
  // Shares of the variance, so that tiny variances do not vanish when squared.
  const double s1 = v1 / (v1 + v0);
  const double s0 = v0 / (v1 + v0);
  const double degrees = 1 / (s1 * s1 / (n1 - 1) + s0 * s0 / (n0 - 1));
  test.standard_error = error;
  test.degrees = degrees;
  test.statistic = test.difference / error;
  test.p_value = t_two_sided(*test.statistic, degrees);
  test.interval = around(test.difference, t_above(degrees, alpha / 2) * error);
  return test;
}

std::optional<Interval> mean_interval(const Moments& sample, double alpha) {
  if (!sample.variance) return {};
  const auto n = static_cast<double>(sample.n);
  return around(sample.mean, t_above(n - 1, alpha / 2) * std::sqrt(*sample.variance / n));
}

Interval share_interval(std::int64_t successes, std::int64_t n, double alpha) {
  const auto size = static_cast<double>(n);
  const double share = static_cast<double>(successes) / size;
  const double z = normal_above(alpha / 2);
  const double shrink = 1 + z * z / size;
  const double centre = (share + z * z / (2 * size)) / shrink;
  const double half =
      z * std::sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / shrink;
  return {successes == 0 ? 0 : std::max(0.0, centre - half),
          successes == n ? 1 : std::min(1.0, centre + half)};
}

RelativeDifference relative_difference(const Moments& treated, const Moments& control,
                                       double alpha) {
  RelativeDifference relative;
  if (control.mean == 0) return relative;
  const double ratio = treated.mean / control.mean;
  if (!std::isfinite(ratio)) return relative;
  relative.value = ratio - 1;
  if (!treated.variance || !control.variance) return relative;
  const double z = normal_above(alpha / 2);
  const double v1 = *treated.variance / static_cast<double>(treated.n);
  const double v0 = *control.variance / static_cast<double>(control.n);
  // With g the squared relative half-width of the control's mean, the ratio r solves
  // (m1 - r m0)^2 <= z^2 (v1 + r^2 v0).
  const double g = z * z * v0 / (control.mean * control.mean);
  if (!(g < 1)) return relative;
  const double half = z / std::abs(control.mean) * std::sqrt(v1 * (1 - g) + ratio * ratio * v0);
  const Interval interval{(ratio - half) / (1 - g) - 1, (ratio + half) / (1 - g) - 1};
  if (std::isfinite(interval.low) && std::isfinite(interval.high)) relative.interval = interval;
  return relative;
}

double minimum_detectable_effect(double standard_error, double alpha, double power) {
  return (normal_above(alpha / 2) + normal_above(1 - power)) * standard_error;
}

}  // namespace ca::stats
