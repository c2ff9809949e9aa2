#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/delivered_population.h"
#include "stats/group_effects.h"

namespace ca::models {

/// How far an order's duration is from what its hour of the week, its place and its customer let
/// expect, by medians, so that slow orders do not excuse themselves. Each level is the median of
/// what the levels before leave, shrunken like a mean whose error is pi/2 times as large (that of a
/// median). Source: reports.md 5.11 (all, hour, place, customer).
class SeverityModel {
 public:
  struct Spreads {
    stats::Spread hours, places, customers;
  };
  /// Customers with fewer than `least_customer_orders` have no level of their own.
  SeverityModel(const DeliveredPopulation& population, Leg leg, const Spreads& spreads,
                std::int64_t least_customer_orders);

  /// In robust standard deviations (1.4826 times the median of magnitudes); nothing where more than
  /// half of the orders are as expected to the microsecond.
  std::optional<double> severity(std::uint32_t position) const;

 private:
  std::vector<std::int64_t> rest_;  ///< by position, or kNoDuration
  double middle_ = 0;
  double scale_ = 0;
};

}  // namespace ca::models
