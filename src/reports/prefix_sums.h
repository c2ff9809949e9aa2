#pragma once

#include "reports/frame.h"
#include "reports/grid.h"

namespace ca::reports {

/// Sums by day that are then asked for runs of days: of any run a column's sum is two look-ups
/// away. A row for each day of an axis and one past the last, of the days before it.
template <class Cell>
class PrefixSums {
 public:
  PrefixSums(const Axis& axis, std::size_t columns)
      : axis_(axis), sums_(static_cast<std::size_t>(axis.days) + 1, columns) {}

  /// Before accumulate(). The day is on the axis.
  void add(Day day, std::size_t column, Cell value) {
    sums_.add(axis_.row(day) + 1, column, value);
  }
  /// Of the same axis: both accumulated, or both not.
  void merge(const PrefixSums& other) { sums_.merge(other.sums_); }
  /// Ends the adding.
  void accumulate() {
    for (std::size_t row = 1; row < sums_.rows(); ++row) {
      for (std::size_t column = 0; column < sums_.columns(); ++column) {
        sums_.add(row, column, sums_.at(row - 1, column));
      }
    }
  }

  /// Of the days [begin, end), which are on the axis.
  Cell sum(Day begin, Day end, std::size_t column) const {
    return sums_.at(axis_.row(end), column) - sums_.at(axis_.row(begin), column);
  }

  const Axis& axis() const { return axis_; }

 private:
  Axis axis_;
  Grid<Cell> sums_;
};

}  // namespace ca::reports
