#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "reports/durations.h"
#include "reports/grid.h"
#include "reports/value_lists.h"

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
  /// A duration or a value of which the median will be asked.
  void keep(Durations& durations, std::size_t row, std::int64_t micros) {
    durations.add(row, micros);
  }
  void keep(ValueLists& values, std::size_t row, double value) { values.add(row, value); }
};

/// What a cell of a report is made of: the sum of one column over some rows of a grid, times a
/// weight. A cell may need several: "not engaged" is total - engaged.
struct Target {
  const void* grid;
  Rows rows;
  std::size_t column;
  std::int64_t weight = 1;
};
using Targets = std::vector<Target>;

/// Leaves the cells alone and counts what the customer adds to the targets: of a count its number,
/// of a sum the rows that were added.
class ProbeSink {
 public:
  explicit ProbeSink(Targets targets) : targets_(std::move(targets)) {}

  /// Of `grid` only the address is looked at.
  template <class Cells>
  void count(Cells& grid, std::size_t row, std::size_t column, std::int64_t n = 1) {
    for (const Target& target : targets_) {
      if (target.grid == &grid && target.column == column && target.rows.contains(row)) {
        n_ += target.weight * n;
      }
    }
  }
  template <class Cells>
  void sum(Cells& grid, std::size_t row, std::size_t column, double amount) {
    if (!std::isnan(amount)) count(grid, row, column);
  }
  template <class Cells>
  void share(Cells& grid, std::size_t row, std::size_t column, ExactSum::Fixed) {
    count(grid, row, column);
  }
  /// Nobody in particular is behind a median.
  void keep(Durations&, std::size_t, std::int64_t) {}
  void keep(ValueLists&, std::size_t, double) {}
  /// What was counted since the last call.
  std::int64_t take() { return std::exchange(n_, 0); }

 private:
  Targets targets_;
  std::int64_t n_ = 0;
};

}  // namespace ca::reports
