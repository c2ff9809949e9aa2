#pragma once

#include <bit>
#include <cstdint>

#include "reports/prefix_sums.h"

namespace ca::reports {

/// What a population's sessions add up to by day and hour of day, for any run of days. Reports that
/// only add up are made from them without the journeys (Family::fill).
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

  /// A session: its amounts count where it is a purchase and they are not null. Before
  /// accumulate(), as the next ones.
  void add(const Journey& journey, std::size_t session);
  /// A customer with a session that day, and with a purchase; each once a day.
  void add_visitor(Day day) { customers_.add(day, kVisitors, 1); }
  void add_buyer(Day day) { customers_.add(day, kBuyers, 1); }
  /// Of other customers and the same axis: both accumulated, or both not.
  void merge(const DayTotals& other);
  /// Of other sessions of perhaps the same customers, who are then no longer known.
  void merge_sessions(const DayTotals& other);
  /// Ends the adding.
  void accumulate();

  /// Of the days [begin, end), which are on the axis.
  std::int64_t count(Day begin, Day end, std::size_t step) const;
  std::int64_t count(Day begin, Day end, std::size_t step, std::size_t hour) const {
    return counts_.sum(begin, end, hour * steps_ + step);
  }
  ExactSum::Fixed revenue(Day begin, Day end) const;
  ExactSum::Fixed revenue(Day begin, Day end, std::size_t hour) const {
    return revenue_.sum(begin, end, hour);
  }
  ExactSum::Fixed discounts(Day begin, Day end) const { return discounts_.sum(begin, end, 0); }

  bool knows_customers() const { return knows_customers_; }
  /// Where customers are known. Of one day only: who comes on two is not two.
  std::int64_t visitors(Day day) const { return customers_.sum(day, day + 1, kVisitors); }
  std::int64_t buyers(Day day) const { return customers_.sum(day, day + 1, kBuyers); }

 private:
  enum Customers : std::size_t { kVisitors, kBuyers, kCustomerColumns };

  std::size_t steps_;
  PrefixSums<std::int64_t> counts_;  ///< columns are hours x steps
  PrefixSums<ExactSum::Fixed> revenue_;
  PrefixSums<ExactSum::Fixed> discounts_;
  PrefixSums<std::int64_t> customers_;
  bool knows_customers_ = true;
};

}  // namespace ca::reports
