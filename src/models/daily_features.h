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
  std::vector<double> values;
  /// The variance that counting alone gives each value (delta method: Haldane 1956).
  std::vector<double> sampling;
};

DailyFeature count_feature(std::string name, std::span<const double> counts);
/// A share; a ratio where some part exceeds its whole. Both are counts of the same days.
DailyFeature part_feature(std::string name, std::span<const double> parts,
                          std::span<const double> wholes);
/// The figure itself: a count, a share, a ratio.
double figure_of(DailyFeature::Scale scale, double value);

/// What days of a feature are beside what was to be expected of them.
struct Deviations {
  std::vector<double> expected;  ///< figures
  /// In deviations that are usual for a day with so many counts: about half of them within 0.67.
  std::vector<double> z;
};

/// Expected are the median of the three weeks before and after, and the usual difference of the
/// weekday from it, so that neither growth nor seasons nor Sundays are unusual. Usual is a robust
/// deviation of which every day has the same part and a part that its counts give it. `days` ascend
/// and may have gaps.
Deviations deviations(const DailyFeature& feature, std::span<const Day> days);

}  // namespace ca::models
