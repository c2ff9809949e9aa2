#include "stats/exact_tests.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace ca::stats {
namespace {

/// Outcomes whose probabilities differ by less than rounding are equally probable.
constexpr double kSame = 1 + 1e-7;
constexpr double kNothing = 1e-300;

/// Of a distribution with one peak over [low, high]: `up(k)` is probability(k + 1) /
/// probability(k). Reckoned from the peak outwards in units of the peak's own probability, so that
/// no factorial is needed; what is below kNothing of it is left out.
template <class Ratio>
double two_sided(std::int64_t low, std::int64_t high, std::int64_t peak, std::int64_t seen,
                 const Ratio& up) {
  peak = std::clamp(peak, low, high);
  double limit = 1;
  for (std::int64_t k = peak; k < seen && limit > kNothing; ++k) limit *= up(k);
  for (std::int64_t k = peak; k > seen && limit > kNothing; --k) limit /= up(k - 1);
  limit *= kSame;
  double all = 0;
  double rare = 0;
  const auto count = [&](double weight) {
    all += weight;
    if (weight <= limit) rare += weight;
  };
  double weight = 1;
  for (std::int64_t k = peak; weight > kNothing; ++k) {
    count(weight);
    if (k == high) break;
    weight *= up(k);
  }
  weight = 1;
  for (std::int64_t k = peak; k > low && weight > kNothing; --k) {
    weight /= up(k - 1);
    count(weight);
  }
  return std::min(1.0, rare / all);
}

}  // namespace

double fisher_exact(std::int64_t treated, std::int64_t treated_n, std::int64_t control,
                    std::int64_t control_n) {
  const std::int64_t successes = treated + control;
  const auto n1 = static_cast<double>(treated_n);
  const auto n0 = static_cast<double>(control_n);
  const auto all = static_cast<double>(successes);
  const auto up = [&](std::int64_t k) {
    const auto x = static_cast<double>(k);
    return (n1 - x) * (all - x) / ((x + 1) * (n0 - all + x + 1));
  };
  const double peak = std::floor((n1 + 1) * (all + 1) / (n1 + n0 + 2));
  return two_sided(std::max<std::int64_t>(0, successes - control_n), std::min(treated_n, successes),
                   static_cast<std::int64_t>(peak), treated, up);
}

TwoSampleTest rare_proportions(std::int64_t treated, std::int64_t treated_n, std::int64_t control,
                               std::int64_t control_n, double alpha) {
  TwoSampleTest test = two_proportions(treated, treated_n, control, control_n, alpha);
  test.p_value = fisher_exact(treated, treated_n, control, control_n);
  const Interval one = share_interval(treated, treated_n, alpha);
  const Interval other = share_interval(control, control_n, alpha);
  const double p1 = static_cast<double>(treated) / static_cast<double>(treated_n);
  const double p0 = static_cast<double>(control) / static_cast<double>(control_n);
  test.interval = Interval{test.difference - std::hypot(p1 - one.low, other.high - p0),
                           test.difference + std::hypot(one.high - p1, p0 - other.low)};
  const double z = boost::math::quantile(boost::math::complement(boost::math::normal(), alpha / 2));
  test.standard_error = (test.interval->high - test.interval->low) / (2 * z);
  return test;
}

double conditional_poisson(std::int64_t treated_events, std::int64_t treated_n,
                           std::int64_t control_events, std::int64_t control_n) {
  const std::int64_t events = treated_events + control_events;
  const auto all = static_cast<double>(events);
  const double odds = static_cast<double>(treated_n) / static_cast<double>(control_n);
  const auto up = [&](std::int64_t k) {
    const auto x = static_cast<double>(k);
    return (all - x) / (x + 1) * odds;
  };
  const double peak = std::floor((all + 1) * odds / (1 + odds));
  return two_sided(0, events, static_cast<std::int64_t>(peak), treated_events, up);
}

}  // namespace ca::stats
