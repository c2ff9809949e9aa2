#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/delivered_orders.h"

namespace ca::models {

/// The delivered orders of main or of one dimension value, arranged for the questions that all
/// legs ask. Orders are named by their position in it.
class DeliveredPopulation {
 public:
  DeliveredPopulation(const DeliveredOrders& all, std::span<const std::uint32_t> members);

  std::uint32_t size() const { return static_cast<std::uint32_t>(members_.size()); }
  const DeliveredOrder& order(std::uint32_t position) const {
    return all_.orders[members_[position]];
  }
  const DeliveredOrders& all() const { return all_; }

  /// Places that it delivers to, ascending; orders name them by their position here.
  std::size_t places() const { return places_.size(); }
  std::uint64_t geohash(std::uint32_t place) const { return all_.places[places_[place]]; }
  std::uint8_t hour_of_week(std::uint32_t position) const { return hours_[position]; }
  /// kNoPlace where it is not known.
  std::uint32_t place_of(std::uint32_t position) const { return place_of_[position]; }

  /// Where each customer's orders begin, and one past the last.
  std::span<const std::uint32_t> customers() const { return first_of_customer_; }
  /// Orders that have a place, place after place.
  std::span<const std::uint32_t> by_place() const { return by_place_; }
  /// The orders of a place in a week: by_week() from `begin` to `end`.
  struct PlaceWeek {
    std::int32_t week;  ///< as bucket_number() has it
    std::uint32_t place;
    std::uint32_t begin, end;
  };
  /// Week after week, and in each place after place.
  std::span<const PlaceWeek> place_weeks() const { return place_weeks_; }
  std::span<const std::uint32_t> by_week() const { return by_week_; }

 private:
  const DeliveredOrders& all_;
  std::span<const std::uint32_t> members_;
  std::vector<std::uint32_t> places_;
  std::vector<std::uint8_t> hours_;  ///< beside place_of_: apart from orders they stay in caches
  std::vector<std::uint32_t> place_of_;
  std::vector<std::uint32_t> first_of_customer_;
  std::vector<std::uint32_t> by_place_;
  std::vector<std::uint32_t> by_week_;
  std::vector<PlaceWeek> place_weeks_;
};

}  // namespace ca::models
