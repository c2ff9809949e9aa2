#include "stats/overlapping_samples.h"

#include <cmath>

#include "stats/compensated_sum.h"
#include "stats/student.h"

namespace ca::stats {

Overlap overlap_of(std::span<const double> treated, std::span<const double> control,
                   double treated_mean, double control_mean) {
  CompensatedSum products;
  for (std::size_t i = 0; i < treated.size(); ++i) {
    products.add((treated[i] - treated_mean) * (control[i] - control_mean));
  }
  return {.n = static_cast<std::int64_t>(treated.size()), .products = products.value()};
}

TwoSampleTest overlapping(const Moments& treated, const Moments& control, const Overlap& both,
                          double alpha) {
  if (both.n == 0) return welch(treated, control, alpha);
  TwoSampleTest test;
  test.difference = treated.mean - control.mean;
  if (!treated.variance || !control.variance) return test;
  const auto n1 = static_cast<double>(treated.n);
  const auto n0 = static_cast<double>(control.n);
  const auto n10 = static_cast<double>(both.n);
  const double v1 = *treated.variance / n1;
  const double v0 = *control.variance / n0;
  const double covariance = both.products / std::sqrt(n1 * (n1 - 1) * n0 * (n0 - 1));
  const double variance = v1 + v0 - 2 * covariance;
  // Below that only rounding is left: values that differ by a constant.
  if (!(variance > 1e-14 * (v1 + v0))) return test;
  const double error = std::sqrt(variance);
  const double s1 = v1 / (v1 + v0);
  const double s0 = v0 / (v1 + v0);
  const double apart = 1 / (s1 * s1 / (n1 - 1) + s0 * s0 / (n0 - 1));  // Welch's
  const double single = n1 + n0 - 2 * n10;                             // in one of them only
  const double degrees = n10 - 1 + (apart - n10 + 1) / (n1 + n0) * single;
  test.standard_error = error;
  test.degrees = degrees;
  test.statistic = test.difference / error;
  test.p_value = t_two_sided(*test.statistic, degrees);
  const double half = t_above(degrees, alpha / 2) * error;
  test.interval = Interval{test.difference - half, test.difference + half};
  return test;
}

}  // namespace ca::stats
