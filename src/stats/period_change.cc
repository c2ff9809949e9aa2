#include "stats/period_change.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <vector>

#include "stats/compensated_sum.h"
#include "stats/period_permutation.h"
#include "stats/student.h"

namespace ca::stats {
namespace {

/// Leaves equality to what rounding makes of it.
constexpr double kAboutEqual = 1 + 1e-9;

/// What the choice of a test looks at: the same whichever period is called the later one.
struct Spread {
  std::int64_t moving = 0;    ///< units whose periods are not all equal
  bool has_one_count = true;  ///< all have the same number of periods before
  double within = 0;          ///< variance within units, summed
  double mean = 0;            ///< of a unit's periods, summed
};

Spread spread_of(std::span<const Periods> units) {
  Spread spread;
  for (const Periods& unit : units) {
    spread.has_one_count &= unit.count == units.front().count;
    double sum = unit.after;
    for (std::size_t j = 0; j < unit.count; ++j) sum += unit.before[j];
    const double mean = sum / (unit.count + 1);
    spread.mean += mean;
    double squares = (unit.after - mean) * (unit.after - mean);
    bool is_moving = false;
    for (std::size_t j = 0; j < unit.count; ++j) {
      squares += (unit.before[j] - mean) * (unit.before[j] - mean);
      is_moving |= unit.before[j] != unit.after;
    }
    spread.within += squares / unit.count;
    spread.moving += is_moving;
  }
  return spread;
}

double conditional_binomial_p_value(std::span<const Periods> units) {
  CompensatedSum all;
  CompensatedSum later;
  for (const Periods& unit : units) {
    later.add(unit.after);
    all.add(unit.after);
    for (std::size_t j = 0; j < unit.count; ++j) all.add(unit.before[j]);
  }
  const double events = all.value();
  if (!(events > 0)) return 1;
  const boost::math::binomial_distribution<double> under_null(events,
                                                              1.0 / (units.front().count + 1));
  const double seen = later.value();
  const double up_to = boost::math::cdf(under_null, seen);
  const double from =
      seen > 0 ? boost::math::cdf(boost::math::complement(under_null, seen - 1)) : 1;
  return std::min(1.0, 2 * std::min(up_to, from));
}

}  // namespace

double Periods::before_mean() const {
  double sum = 0;
  for (std::size_t j = 0; j < count; ++j) sum += before[j];
  return sum / count;
}

std::string_view name_of(PeriodTest test) {
  switch (test) {
    case PeriodTest::kConditionalBinomial: return "conditional binomial";
    case PeriodTest::kPermutation: return "permutation";
    case PeriodTest::kPairedT: return "paired t";
  }
  return "";
}

PeriodChange change_of(std::span<const Periods> units, bool are_counts, double alpha,
                       std::uint64_t seed) {
  PeriodChange change;
  change.n = static_cast<std::int64_t>(units.size());
  if (units.empty()) return change;
  std::vector<double> differences(units.size());
  CompensatedSum before;
  CompensatedSum after;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const double mean = units[i].before_mean();
    before.add(mean);
    after.add(units[i].after);
    differences[i] = units[i].after - mean;
  }
  const Moments moments = moments_of(differences);
  const auto n = static_cast<double>(units.size());
  change.mean_before = before.value() / n;
  change.mean_after = after.value() / n;
  change.difference = moments.mean;
  if (units.size() < 2) return change;

  const double error = std::sqrt(*moments.variance / n);
  if (error > 0) {
    change.standard_error = error;
    change.degrees = n - 1;
    change.statistic = moments.mean / error;
    const double half = t_above(n - 1, alpha / 2) * error;
    change.interval = Interval{moments.mean - half, moments.mean + half};
  }
  const Spread spread = spread_of(units);
  if (are_counts && spread.has_one_count && spread.within <= kAboutEqual * spread.mean) {
    change.test = PeriodTest::kConditionalBinomial;
    change.p_value = conditional_binomial_p_value(units);
  } else if (spread.moving <= kMostPermuted) {
    change.test = PeriodTest::kPermutation;
    change.p_value = period_permutation_p_value(units, are_counts, seed);
  } else if (change.statistic) {
    change.p_value = t_two_sided(*change.statistic, n - 1);
  } else if (change.difference == 0) {
    change.p_value = 1;
  }
  return change;
}

}  // namespace ca::stats
