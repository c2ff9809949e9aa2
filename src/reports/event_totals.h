#pragma once

#include <cstdint>

#include "reports/prefix_sums.h"

namespace ca::reports {

/// Customers by the day and hour of their events, each customer once an event, for any run of days.
/// What happened first stays the first however a window ends, so customer funnels of everybody are
/// made from them; a dimension value's are not, whose customers depend on where the window ends.
class EventTotals {
 public:
  /// Steps of the customer funnel: first purchase, first session, then download, signup, actions.
  static constexpr std::size_t kPurchased = 0;
  static constexpr std::size_t kHasSessions = 1;
  static constexpr std::size_t kFirstEvent = 2;
  static std::size_t steps(const Schema& schema) { return kFirstEvent + schema.events(); }

  /// Calls visit(step, day, hour) for each event of a customer. Purchases have been found.
  template <class Visit>
  static void for_each_event(const Journey& journey, const Schema& schema, Visit&& visit) {
    if (journey.is_anonymous) return;
    if (journey.size > 0) visit(kHasSessions, journey.day_of(0), journey.hour[0]);
    if (!journey.orders.empty()) {
      const std::uint32_t first = journey.orders.front();
      visit(kPurchased, journey.day_of(first), journey.hour[first]);
    }
    for (std::size_t event = 0; event < schema.events(); ++event) {
      if (const Journey::Event happened = journey.event(event)) {
        visit(kFirstEvent + event, happened.day, happened.hour);
      }
    }
  }

  /// `axis` begins with the earliest event of all.
  EventTotals(const Axis& axis, const Schema& schema)
      : schema_(&schema), counts_(axis, kHoursOfDay * steps(schema)) {}

  /// Before accumulate().
  void add(const Journey& journey) {
    for_each_event(journey, *schema_, [&](std::size_t step, Day day, std::size_t hour) {
      counts_.add(day, column(step, hour), 1);
    });
  }
  void merge(const EventTotals& other) { counts_.merge(other.counts_); }
  void accumulate() { counts_.accumulate(); }

  /// Customers whose event was on the days [begin, end), which are on the axis.
  std::int64_t count(Day begin, Day end, std::size_t step) const {
    std::int64_t sum = 0;
    for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) sum += count(begin, end, step, hour);
    return sum;
  }
  std::int64_t count(Day begin, Day end, std::size_t step, std::size_t hour) const {
    return counts_.sum(begin, end, column(step, hour));
  }

 private:
  std::size_t column(std::size_t step, std::size_t hour) const {
    return hour * steps(*schema_) + step;
  }

  const Schema* schema_;
  PrefixSums<std::int64_t> counts_;
};

}  // namespace ca::reports
