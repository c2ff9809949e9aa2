#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/cancellation.h"
#include "base/ground.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "journeys/journeys.h"
#include "reports/facts.h"

namespace ca::models {

// Orders that were delivered, and how long each part of it took. Source: reports.md 5.11, ruling
// 34.

/// Parts of an order's way to its customer.
enum class Leg : std::uint8_t {
  kDeliver,  ///< from the order to its delivery
  kPrepare,  ///< from the order until it is prepared
  kRide,     ///< from being prepared to the delivery
  kReturns   ///< from the delivery until the courier is back
};
inline constexpr std::array kLegs = {Leg::kDeliver, Leg::kPrepare, Leg::kRide, Leg::kReturns};
/// "deliver", "prepare", "ride", "returns": as reports and columns are called.
std::string_view name_of(Leg leg);
/// Whether the shop has what the leg is made of.
bool is_known(Leg leg, const journeys::Schema& schema);

inline constexpr std::int64_t kNoDuration = INT64_MIN;
inline constexpr std::uint32_t kNoPlace = UINT32_MAX;
inline constexpr std::size_t kHoursOfWeek = 7 * 24;

/// 64 bytes, of which a shop has one for each of its deliveries.
struct DeliveredOrder {
  std::array<std::int64_t, kLegs.size()> durations;  ///< microseconds, or kNoDuration
  std::uint32_t partition;
  std::uint32_t customer;     ///< in the partition
  std::uint32_t delivery;     ///< in the partition
  std::uint32_t place;        ///< position among DeliveredOrders::places, or kNoPlace
  std::int32_t week;          ///< as bucket_number() has it
  std::uint32_t value;        ///< position of its dimension value among Facts::values
  std::uint8_t hour_of_week;  ///< (isoweekday - 1) x 24 + hour, by the clock of the shop

  std::int64_t duration(Leg leg) const { return durations[static_cast<std::size_t>(leg)]; }
};

/// The purchases with a delivery up to as_of, of everybody and of each dimension value.
struct DeliveredOrders {
  const journeys::Journeys* journeys = nullptr;
  std::vector<DeliveredOrder> orders;  ///< those of a customer one after the other
  std::vector<std::uint64_t> places;   ///< geohash numbers, ascending
  std::vector<std::uint32_t> of_main;  ///< positions among orders: all
  std::vector<std::uint32_t> by_value;
  std::vector<std::size_t> first_of_value;  ///< among by_value; one more than values
  /// By leg: durations below zero or above the longest allowed.
  std::array<std::int64_t, kLegs.size()> left_out{};

  std::span<const std::uint32_t> of_value(std::size_t value) const {
    return std::span(by_value).subspan(first_of_value[value],
                                       first_of_value[value + 1] - first_of_value[value]);
  }
  std::string_view client(const DeliveredOrder& order) const;
  std::string_view order_id(const DeliveredOrder& order) const;
  std::int64_t start(const DeliveredOrder& order) const;
  Point point(const DeliveredOrder& order) const;  ///< as it is in the source

 private:
  const journeys::Partition& partition(const DeliveredOrder& order) const;
  std::uint32_t session(const DeliveredOrder& order) const;
};

/// One pass over the deliveries. `longest` is the longest duration that is one, microseconds.
/// Memory: 80 bytes a delivery.
DeliveredOrders collect_delivered(const journeys::Journeys& journeys, const reports::Facts& facts,
                                  std::int64_t longest, ThreadPool& pool, Progress& progress,
                                  const Cancellation& cancellation);

}  // namespace ca::models
