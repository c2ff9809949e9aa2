#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/purchase_days.h"

namespace ca::models {

/// Customers who have not bought yet: how many buy for the first time on each of the days after an
/// origin, and what they pay from then on. They are nobody whom the other models know, so that no
/// purchase is expected twice.
struct Newcomers {
  std::vector<double> arrivals;  ///< first purchases, by day
  std::vector<double> value;     ///< currency, by day: of these and of their repeat purchases
  std::string method;            ///< how arrivals were found
  double first_payment = 0;      ///< what a first purchase day brings
  double repeat_payment = 0;     ///< and each later one
};

/// First purchases on the days after `origin`, from those up to it, by one of three methods:
///   level   the mean of the last four weeks
///   trend   the same with a trend that fades (Gardner & McKenzie 1985, weekly)
///   year    those of the same days a year ago, times the growth since then
/// The one whose daily errors were smallest at three earlier origins; all with the days of the week
/// of the last eight weeks.
struct Arrivals {
  std::vector<double> daily;
  std::string method;
};
Arrivals expect_arrivals(const PurchaseDays& days, Day origin, std::int32_t length);

/// `repeat_orders[i]` is how many repeat purchases a customer is expected to have made i days after
/// the first, i from 0 to `length`.
Newcomers expect_newcomers(const PurchaseDays& days, Day origin, std::int32_t length,
                           const std::vector<double>& repeat_orders);

}  // namespace ca::models
