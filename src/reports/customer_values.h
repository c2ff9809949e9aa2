#pragma once

#include <cstdint>
#include <optional>

#include "journeys/journeys.h"

namespace ca::reports {

/// What the orders of one customer amount to: recency, frequency and monetary value (RFM) and what
/// they are made of. Source: reports.md 5.7, ruling 28.
struct CustomerValues {
  std::int64_t sessions = 0;
  std::int64_t orders = 0;    ///< without one, everything below is empty
  std::int64_t payments = 0;  ///< orders that have one
  double revenue = 0;         ///< the sum of the payments
  std::int64_t first_order = journeys::kNoInstant;
  std::int64_t last_order = journeys::kNoInstant;
  /// Hours from one purchase day to the next, as a mean; orders of one day are one event, at the
  /// time of the first. Null with fewer than two purchase days.
  std::optional<double> frequency_hours;
  double recency_hours = 0;        ///< from the last order to as_of
  std::optional<double> monetary;  ///< mean payment; null when no order has one
};

/// Of all sessions of the journey, whose orders are found, up to `as_of` (microseconds UTC).
CustomerValues values_of(const journeys::Journey& journey, std::int64_t as_of);

}  // namespace ca::reports
