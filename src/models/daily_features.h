#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/calendar.h"

namespace ca::models {

/// A figure of days, on a scale on which it moves about alike however large it is.
struct DailyFeature {
  enum class Scale : unsigned char {
    kCount,  ///< log(n + 1/2)
    kShare,  ///< the empirical logit of a part of a whole, log((x + 1/2) / (n - x + 1/2))
    kRatio   ///< log((x + 1/2) / (n + 1/2)), where a part may exceed its whole
  };

  std::string name;
  Scale scale = Scale::kCount;
  std::vector<double> parts;    ///< x + 1/2
  std::vector<double> others;   ///< n - x + 1/2 of a share, n + 1/2 of a ratio; none of a count
  std::vector<double> figures;  ///< what the day says: a count, a share; NaN of nothing

  /// The day on the scale.
  double value(std::size_t day) const;
};

DailyFeature count_feature(std::string name, std::span<const double> counts);
/// A share; a ratio where some part exceeds its whole. Both are counts of the same days.
DailyFeature part_feature(std::string name, std::span<const double> parts,
                          std::span<const double> wholes);
/// The figure of a value on the scale: a count, a share, a ratio.
double figure_of(DailyFeature::Scale scale, double value);

/// What days of a feature are beside what was to be expected of them.
struct Deviations {
  std::vector<double> expected;  ///< figures
  /// In deviations that are usual for a day with so many counts: about half of them within 0.67.
  std::vector<double> z;
};

/// Expected are the median of the three weeks before and after, and the usual difference of the
/// weekday from it, so that neither growth nor seasons nor Sundays are unusual. A deviation is the
/// signed root of the deviance of the day's counts (Poisson, binomial; McCullagh & Nelder 1989),
/// which is near normal for small counts too; in usual ones it is divided by the root of 1 + common
/// x information, where the common variance on the scale is what makes half of the days usual.
/// `days` ascend and may have gaps.
Deviations deviations(const DailyFeature& feature, std::span<const Day> days);

}  // namespace ca::models
