#include "reports/day_totals.h"

#include <cmath>

namespace ca::reports {

DayTotals::DayTotals(const Axis& axis, const Schema& schema)
    : steps_(kFirstAction + schema.session_actions.size()),
      axis_(axis),
      counts_(static_cast<std::size_t>(axis.days) + 1, kHours * steps_),
      revenue_(static_cast<std::size_t>(axis.days) + 1, kHours) {}

void DayTotals::add(Day day, std::size_t hour, std::uint32_t flags, double amount) {
  const std::size_t row = axis_.row(day) + 1;
  const std::size_t first = hour * steps_;
  for_each_step(flags, [&](std::size_t step) { counts_.add(row, first + step, 1); });
  const bool is_paid = (flags & journeys::kPurchased) != 0 && !std::isnan(amount);
  if (is_paid) revenue_.add(row, hour, ExactSum::to_fixed(amount));
}

void DayTotals::merge(const DayTotals& other) {
  counts_.merge(other.counts_);
  revenue_.merge(other.revenue_);
}

void DayTotals::accumulate() {
  const auto accumulate = [](auto& grid) {
    for (std::size_t row = 1; row < grid.rows(); ++row) {
      for (std::size_t column = 0; column < grid.columns(); ++column) {
        grid.add(row, column, grid.at(row - 1, column));
      }
    }
  };
  accumulate(counts_);
  accumulate(revenue_);
}

std::int64_t DayTotals::count(Day begin, Day end, std::size_t step) const {
  std::int64_t sum = 0;
  for (std::size_t hour = 0; hour < kHours; ++hour) sum += count(begin, end, step, hour);
  return sum;
}

std::int64_t DayTotals::count(Day begin, Day end, std::size_t step, std::size_t hour) const {
  const std::size_t column = hour * steps_ + step;
  return counts_.at(axis_.row(end), column) - counts_.at(axis_.row(begin), column);
}

ExactSum::Fixed DayTotals::revenue(Day begin, Day end) const {
  ExactSum::Fixed sum = 0;
  for (std::size_t hour = 0; hour < kHours; ++hour) sum += revenue(begin, end, hour);
  return sum;
}

ExactSum::Fixed DayTotals::revenue(Day begin, Day end, std::size_t hour) const {
  return revenue_.at(axis_.row(end), hour) - revenue_.at(axis_.row(begin), hour);
}

}  // namespace ca::reports
