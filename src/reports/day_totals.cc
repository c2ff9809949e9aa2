#include "reports/day_totals.h"

#include <cmath>

namespace ca::reports {

DayTotals::DayTotals(const Axis& axis, const Schema& schema)
    : steps_(kFirstAction + schema.session_actions.size()),
      counts_(axis, kHoursOfDay * steps_),
      revenue_(axis, kHoursOfDay),
      discounts_(axis, 1),
      customers_(axis, kCustomerColumns) {}

void DayTotals::add(const Journey& journey, std::size_t session) {
  const Day day = journey.day_of(session);
  const std::size_t hour = journey.hour[session];
  for_each_step(journey.flags[session],
                [&](std::size_t step) { counts_.add(day, hour * steps_ + step, 1); });
  if (!journey.is_order(session)) return;
  const double amount = journey.amount[session];
  if (!std::isnan(amount)) revenue_.add(day, hour, ExactSum::to_fixed(amount));
  const double discount = journey.discount[session];
  if (!std::isnan(discount)) discounts_.add(day, 0, ExactSum::to_fixed(discount));
}

void DayTotals::merge(const DayTotals& other) {
  counts_.merge(other.counts_);
  revenue_.merge(other.revenue_);
  discounts_.merge(other.discounts_);
  customers_.merge(other.customers_);
}

void DayTotals::merge_sessions(const DayTotals& other) {
  merge(other);
  knows_customers_ = false;
}

void DayTotals::accumulate() {
  counts_.accumulate();
  revenue_.accumulate();
  discounts_.accumulate();
  customers_.accumulate();
}

std::int64_t DayTotals::count(Day begin, Day end, std::size_t step) const {
  std::int64_t sum = 0;
  for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) sum += count(begin, end, step, hour);
  return sum;
}

ExactSum::Fixed DayTotals::revenue(Day begin, Day end) const {
  ExactSum::Fixed sum = 0;
  for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) sum += revenue(begin, end, hour);
  return sum;
}

}  // namespace ca::reports
