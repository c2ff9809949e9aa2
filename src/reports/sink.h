#pragma once

#include <cmath>
#include <cstdint>

#include "reports/durations.h"
#include "reports/grid.h"

namespace ca::reports {

// A family's visit() says what a customer adds to which cell; the sink decides what becomes of it.
// Two sinks: one adds, one asks "is this customer behind that cell?" (ruling 42).

/// Adds to the cells.
struct CountingSink {
  /// `grid` is a Grid or a SparseGrid of integers.
  template <class Cells>
  void count(Cells& grid, std::size_t row, std::size_t column, std::int64_t n = 1) {
    grid.add(row, column, static_cast<typename Cells::Value>(n));
  }
  /// An amount; null (NaN) adds nothing. `grid` is one of fixed point.
  template <class Cells>
  void sum(Cells& grid, std::size_t row, std::size_t column, double amount) {
    if (!std::isnan(amount)) grid.add(row, column, ExactSum::to_fixed(amount));
  }
  /// A part of an amount, in the unit of sums.
  template <class Cells>
  void share(Cells& grid, std::size_t row, std::size_t column, ExactSum::Fixed part) {
    grid.add(row, column, part);
  }
  /// A duration of which the median will be asked.
  void keep(Durations& durations, std::size_t row, std::int64_t micros) {
    durations.add(row, micros);
  }
};

/// Leaves the cells alone and counts what the customer adds to one column of a run of rows: of a
/// count its number, of a sum the rows that were added.
class ProbeSink {
 public:
  ProbeSink(const void* grid, std::size_t first_row, std::size_t end_row, std::size_t column)
      : grid_(grid), first_row_(first_row), end_row_(end_row), column_(column) {}

  template <class Cells>
  void count(Cells& grid, std::size_t row, std::size_t column, std::int64_t n = 1) {
    if (is_target(&grid, row, column)) n_ += n;
  }
  template <class Cells>
  void sum(Cells& grid, std::size_t row, std::size_t column, double amount) {
    if (!std::isnan(amount) && is_target(&grid, row, column)) ++n_;
  }
  template <class Cells>
  void share(Cells& grid, std::size_t row, std::size_t column, ExactSum::Fixed) {
    if (is_target(&grid, row, column)) ++n_;
  }
  /// Nobody in particular is behind a median.
  void keep(Durations&, std::size_t, std::int64_t) {}
  /// What was counted since the last call.
  std::int64_t take() { return std::exchange(n_, 0); }

 private:
  bool is_target(const void* grid, std::size_t row, std::size_t column) const {
    return grid == grid_ && row >= first_row_ && row < end_row_ && column == column_;
  }

  const void* grid_;
  std::size_t first_row_;
  std::size_t end_row_;
  std::size_t column_;
  std::int64_t n_ = 0;
};

}  // namespace ca::reports
