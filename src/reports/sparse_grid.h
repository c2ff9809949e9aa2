#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "journeys/key_index.h"
#include "reports/frame.h"
#include "reports/grid.h"

namespace ca::reports {

/// The number of a row that has two.
constexpr std::size_t sparse_row(std::size_t first, std::size_t second) {
  return first << 32 | second;
}
/// All rows with that second number.
constexpr Rows rows_of_second(std::size_t second) { return {second, second + 1, UINT32_MAX}; }

/// As Grid, for rows of which many may be empty: a row is a pair of numbers, such as a day and a
/// promotion, and is there once one of its cells is not 0. Adding and merging commute.
template <class Cell>
class SparseGrid {
 public:
  using Value = Cell;
  struct Row {
    std::uint32_t first;
    std::uint32_t second;
    std::size_t position;  ///< for at()
  };

  explicit SparseGrid(std::size_t columns) : columns_(columns) {}
  /// Where both numbers of a row are known to stay below a bound, all possible rows have a place as
  /// soon as a good part of them is there: then nothing has to be looked up.
  SparseGrid(std::size_t columns, std::size_t firsts, std::size_t seconds)
      : columns_(columns), firsts_(firsts), seconds_(seconds) {}

  /// `row` is a sparse_row().
  void add(std::size_t row, std::size_t column, Cell value) {
    if (row != last_row_ || cells_.empty()) {
      last_ = position_of(row);
      last_row_ = row;
    }
    cells_[last_ * columns_ + column] += value;
  }
  /// Begins to bring a row that will be added to into the cache. Inlined always: gcc 12 takes a
  /// function that only does this for one that does nothing, and drops its calls.
  [[gnu::always_inline]] void prefetch(std::size_t row) const {
    if (is_dense_) __builtin_prefetch(&cells_[place_of(row) * columns_], 1);
  }
  void merge(const SparseGrid& other) {
    for (const Row& from : other.rows()) {
      const std::size_t to = sparse_row(from.first, from.second);
      for (std::size_t c = 0; c < columns_; ++c) add(to, c, other.at(from.position, c));
    }
  }

  /// Those that are there, in no order.
  std::vector<Row> rows() const {
    std::vector<Row> rows;
    const std::size_t positions = cells_.size() / columns_;
    for (std::size_t position = 0; position < positions; ++position) {
      const Cell* const cells = &cells_[position * columns_];
      if (std::all_of(cells, cells + columns_, [](Cell cell) { return cell == 0; })) continue;
      const std::size_t row =
          is_dense_ ? sparse_row(position / seconds_, position % seconds_) : numbers_[position];
      rows.push_back({first_of(row), second_of(row), position});
    }
    return rows;
  }
  const Cell& at(std::size_t position, std::size_t column) const {
    return cells_[position * columns_ + column];
  }

  /// 0 for a row that is not there.
  Cell value(std::size_t row, std::size_t column) const {
    if (is_dense_) return at(place_of(row), column);
    const auto position = index_.find(mixed(row), [](std::uint32_t) { return true; });
    return position ? at(*position, column) : Cell{0};
  }

  /// As Grid's: the number of rows, then of each its numbers and its cells.
  void save(std::string& bytes) const {
    const std::vector<Row> rows = this->rows();
    const std::uint64_t count = rows.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
    for (const Row& row : rows) {
      const std::uint64_t number = sparse_row(row.first, row.second);
      bytes.append(reinterpret_cast<const char*>(&number), sizeof number);
      bytes.append(reinterpret_cast<const char*>(&cells_[row.position * columns_]),
                   columns_ * sizeof(Cell));
    }
  }
  /// Adds to what is there.
  void load(std::string_view& bytes) {
    std::uint64_t count = 0;
    if (bytes.size() < sizeof count) throw Error("E-STATE", "A saved state is cut off.");
    std::memcpy(&count, bytes.data(), sizeof count);
    bytes.remove_prefix(sizeof count);
    const std::size_t size = sizeof(std::uint64_t) + columns_ * sizeof(Cell);
    if (count > bytes.size() / size) {
      throw Error("E-STATE", "A saved state does not fit its report.");
    }
    for (; count > 0; --count, bytes.remove_prefix(size)) {
      std::uint64_t number;
      std::memcpy(&number, bytes.data(), sizeof number);
      if (firsts_ > 0 && (first_of(number) >= firsts_ || second_of(number) >= seconds_)) {
        throw Error("E-STATE", "A saved state does not fit its report.");
      }
      for (std::size_t c = 0; c < columns_; ++c) {
        Cell cell;
        std::memcpy(&cell, bytes.data() + sizeof number + c * sizeof cell, sizeof cell);
        add(number, c, cell);
      }
    }
  }

 private:
  /// Rows are laid out densely when at least one in so many is there.
  static constexpr std::size_t kPlacesPerRow = 4;

  static constexpr std::uint32_t first_of(std::size_t row) {
    return static_cast<std::uint32_t>(row >> 32);
  }
  static constexpr std::uint32_t second_of(std::size_t row) {
    return static_cast<std::uint32_t>(row);
  }
  /// Of a dense grid.
  std::size_t place_of(std::size_t row) const { return first_of(row) * seconds_ + second_of(row); }

  /// The position of the row, which is made when it is not there.
  std::size_t position_of(std::size_t row) {
    if (is_dense_) return place_of(row);
    const std::uint32_t position = index_.number(mixed(row), [](std::uint32_t) { return true; });
    if (position < numbers_.size()) return position;
    numbers_.push_back(row);
    cells_.resize(cells_.size() + columns_);
    if (numbers_.size() * kPlacesPerRow <= firsts_ * seconds_ || firsts_ == 0) return position;
    become_dense();
    return place_of(row);
  }
  void become_dense() {
    std::vector<Cell> cells(firsts_ * seconds_ * columns_);
    for (std::size_t position = 0; position < numbers_.size(); ++position) {
      std::copy_n(&cells_[position * columns_], columns_,
                  &cells[place_of(numbers_[position]) * columns_]);
    }
    cells_ = std::move(cells);
    numbers_ = {};
    index_ = {};
    is_dense_ = true;
  }

  /// A number of its own for every row, spread over all bits: what KeyIndex takes for a hash.
  static std::uint64_t mixed(std::uint64_t row) {
    row ^= row >> 32;
    row *= 0x9E3779B97F4A7C15U;  // odd, so that no two rows become one
    return row ^ row >> 29;
  }

  std::size_t columns_;
  std::size_t firsts_ = 0;
  std::size_t seconds_ = 0;
  bool is_dense_ = false;
  std::size_t last_row_ = 0;  ///< what was added to last, and its position: often it is the next
  std::size_t last_ = 0;
  journeys::KeyIndex index_;            ///< positions, until it is dense
  std::vector<std::uint64_t> numbers_;  ///< of the rows, by position, until it is dense
  std::vector<Cell> cells_;
};

/// The rows of a grid by their first number, and then by the name of the second.
template <class Cell>
std::vector<typename SparseGrid<Cell>::Row> in_order(const SparseGrid<Cell>& grid,
                                                     const Names& names) {
  std::vector<typename SparseGrid<Cell>::Row> rows = grid.rows();
  const std::vector<std::uint32_t>& ranks = names.ranks();
  std::ranges::sort(rows, {}, [&](const auto& row) {
    return std::uint64_t{row.first} << 32 | ranks[row.second];
  });
  return rows;
}

}  // namespace ca::reports
