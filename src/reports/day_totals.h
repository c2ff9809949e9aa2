#pragma once

#include <bit>
#include <cstdint>

#include "reports/frame.h"
#include "reports/grid.h"

namespace ca::reports {

/// What a population's sessions add up to by day and hour of day, as prefix sums over the days: of
/// any run of days the totals are two look-ups away. Reports that only add up are made from them
/// without the journeys (Family::fill).
class DayTotals {
 public:
  /// Steps of the session funnel: purchased, all sessions, then the session actions.
  static constexpr std::size_t kPurchased = 0;
  static constexpr std::size_t kSessions = 1;
  static constexpr std::size_t kFirstAction = 2;

  /// Calls visit(step) for each step that a session of these flags took.
  template <class Visit>
  static void for_each_step(std::uint32_t flags, Visit&& visit) {
    visit(kSessions);
    // Bit 0 is the purchase, bit 1 + i the i-th action.
    for (std::uint32_t bits = flags; bits != 0; bits &= bits - 1) {
      const auto bit = static_cast<std::size_t>(std::countr_zero(bits));
      visit(bit == 0 ? kPurchased : kFirstAction + bit - 1);
    }
  }

  DayTotals(const Axis& axis, const Schema& schema);

  /// A session; `amount` counts where it is a purchase and not null. Before accumulate().
  void add(Day day, std::size_t hour, std::uint32_t flags, double amount);
  /// Of other sessions of the same axis: both accumulated, or both not.
  void merge(const DayTotals& other);
  /// Ends the adding.
  void accumulate();

  /// Of the days [begin, end), which are on the axis.
  std::int64_t count(Day begin, Day end, std::size_t step) const;
  std::int64_t count(Day begin, Day end, std::size_t step, std::size_t hour) const;
  ExactSum::Fixed revenue(Day begin, Day end) const;
  ExactSum::Fixed revenue(Day begin, Day end, std::size_t hour) const;

 private:
  static constexpr std::size_t kHours = 24;

  /// A row for each day and one past the last: of the days before it. Columns are hours x steps.
  std::size_t steps_;
  Axis axis_;
  Counts counts_;
  Sums revenue_;
};

}  // namespace ca::reports
