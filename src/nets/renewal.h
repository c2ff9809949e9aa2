#pragma once

#include <span>

#include "nets/log_normal.h"

namespace ca::nets {

/// P(the next purchase comes | none has for `since` days).
double probability_alive(const MaybeLogNormal& gap, double since);

/// Expected number of purchases within each of `horizons` (days from now, ascending) of a customer
/// whose last one was `since` days ago, when every gap is distributed like `gap`: the renewal
/// equation with the defective distribution (1 - none) F, the first gap given that it is longer
/// than `since`; solved by the trapezoid rule on a grid of weeks, of days where half of the gaps
/// are below two weeks, and linear between.
void expected_purchases(const MaybeLogNormal& gap, double since, std::span<const double> horizons,
                        std::span<double> expected);

}  // namespace ca::nets
