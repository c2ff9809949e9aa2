#pragma once

namespace ca::stats {

// Student's t, for degrees of freedom > 0 that need not be whole.

/// Probability of a t at least as far from zero.
double t_two_sided(double t, double degrees);
/// The t that is exceeded with probability `tail`.
double t_above(double degrees, double tail);

}  // namespace ca::stats
