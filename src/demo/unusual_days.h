#pragma once

#include <string>
#include <vector>

#include "base/calendar.h"

namespace ca::demo {

/// A day on which a figure was far from what the days around it let expect.
struct UnusualDay {
  Day day;
  std::string figure;  ///< "orders", or the step of the session funnel whose share it is
  double found = 0;
  double expected = 0;
  double standard_errors = 0;  ///< between the two, unsigned
};

/// Figures of consecutive days. A share has a number of sessions each day, a count has none.
struct DailyFigure {
  std::string name;
  Day begin;
  std::vector<double> values;
  std::vector<double> sessions;
};

/// The days that stand out, in order. A count is compared with the median of the same weekday in
/// the four weeks before and after, a share with the median of the fourteen days before and after;
/// a day stands out when it is more than five standard errors (Poisson, binomial) and more than a
/// quarter away. A quick look that needs no model, made for the demo shop's summary.
std::vector<UnusualDay> unusual_days(const DailyFigure& figure);

/// One finding a day, in order: the one with the most standard errors.
std::vector<UnusualDay> strongest_of_each_day(std::vector<UnusualDay> days);

}  // namespace ca::demo
