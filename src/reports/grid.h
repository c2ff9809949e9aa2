#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/exact_sum.h"

namespace ca::reports {

/// Some rows of a grid: those whose number, masked, lies in [begin, end).
struct Rows {
  std::size_t begin = 0;
  std::size_t end = SIZE_MAX;
  std::size_t mask = SIZE_MAX;

  static Rows all() { return {}; }
  static Rows one(std::size_t row) { return {row, row + 1}; }
  static Rows run(std::size_t begin, std::size_t end) { return {begin, end}; }

  bool contains(std::size_t row) const { return (row & mask) >= begin && (row & mask) < end; }
};

/// A dense grid of cells that add up: integers for counts, fixed point for amounts. It grows
/// downwards when a row past its end is added to. Adding and merging commute, so every order of the
/// same customers gives the same bytes.
template <class Cell>
class Grid {
 public:
  using Value = Cell;

  Grid(std::size_t rows, std::size_t columns) : columns_(columns), cells_(rows * columns) {}

  std::size_t rows() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  const Cell& at(std::size_t row, std::size_t column) const {
    return cells_[row * columns_ + column];
  }

  /// As at(), and 0 for a row that the grid has not grown to.
  Cell value(std::size_t row, std::size_t column) const {
    return row < rows() ? at(row, column) : Cell{0};
  }

  void add(std::size_t row, std::size_t column, Cell value) {
    const std::size_t at = row * columns_ + column;
    if (at >= cells_.size()) cells_.resize((row + 1) * columns_);
    cells_[at] += value;
  }
  void merge(const Grid& other) {
    if (other.cells_.size() > cells_.size()) cells_.resize(other.cells_.size());
    for (std::size_t i = 0; i < other.cells_.size(); ++i) cells_[i] += other.cells_[i];
  }
  Cell total(std::size_t column) const {
    Cell sum = 0;
    for (std::size_t row = 0; row < rows(); ++row) sum += at(row, column);
    return sum;
  }

  /// Appends the grid to `bytes`: rows, then the cells. load() takes it from the front of `bytes`.
  void save(std::string& bytes) const {
    const std::uint64_t count = cells_.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
    bytes.append(reinterpret_cast<const char*>(cells_.data()), count * sizeof(Cell));
  }
  void load(std::string_view& bytes) {
    std::uint64_t count = 0;
    if (bytes.size() < sizeof count) throw Error("E-STATE", "A saved state is cut off.");
    std::memcpy(&count, bytes.data(), sizeof count);
    bytes.remove_prefix(sizeof count);
    if (count > bytes.size() / sizeof(Cell) || (columns_ != 0 && count % columns_ != 0)) {
      throw Error("E-STATE", "A saved state does not fit its report.");
    }
    cells_.resize(count);
    if (count > 0) std::memcpy(cells_.data(), bytes.data(), count * sizeof(Cell));
    bytes.remove_prefix(count * sizeof(Cell));
  }

 private:
  std::size_t columns_;
  std::vector<Cell> cells_;
};

using Counts = Grid<std::int64_t>;
using CustomerCounts = Grid<std::uint32_t>;  ///< each customer once a cell, where cells are many
using Sums = Grid<ExactSum::Fixed>;

}  // namespace ca::reports
