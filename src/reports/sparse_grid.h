#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "journeys/key_index.h"
#include "reports/grid.h"

namespace ca::reports {

/// The number of a row that has two.
constexpr std::size_t sparse_row(std::size_t first, std::size_t second) {
  return first << 32 | second;
}
/// All rows with that second number.
constexpr Rows rows_of_second(std::size_t second) { return {second, second + 1, UINT32_MAX}; }

/// As Grid, for rows of which most would be empty: a row is a pair of numbers, such as a day and a
/// promotion, and is there once something was added to it. Adding and merging commute.
template <class Cell>
class SparseGrid {
 public:
  using Value = Cell;
  struct Key {
    std::uint32_t first;
    std::uint32_t second;
  };

  explicit SparseGrid(std::size_t columns) : columns_(columns) {}
  /// Where both numbers of a row are known to stay below a bound, rows are found by a table of all
  /// of them as soon as that costs little beside the rows that are there.
  SparseGrid(std::size_t columns, std::size_t firsts, std::size_t seconds)
      : columns_(columns), firsts_(firsts), seconds_(seconds) {}

  /// `row` is a sparse_row().
  void add(std::size_t row, std::size_t column, Cell value) {
    if (row != last_row_ || keys_.empty()) {
      last_ = position_of(row);
      last_row_ = row;
    }
    cells_[last_ * columns_ + column] += value;
  }
  /// Begins to bring a row that will be added to into the cache.
  void prefetch(std::size_t row) const {
    if (table_.empty()) return;
    const Key key = key_of(row);
    const std::uint32_t position = table_.at(key.first * seconds_ + key.second);
    if (position != kFree) __builtin_prefetch(&cells_[position * columns_], 1);
  }
  void merge(const SparseGrid& other) {
    for (std::size_t i = 0; i < other.keys_.size(); ++i) {
      const std::size_t to = sparse_row(other.keys_[i].first, other.keys_[i].second);
      for (std::size_t c = 0; c < columns_; ++c) add(to, c, other.cells_[i * columns_ + c]);
    }
  }

  /// The rows that are there, in no order; at() takes a position among them.
  const std::vector<Key>& keys() const { return keys_; }
  const Cell& at(std::size_t position, std::size_t column) const {
    return cells_[position * columns_ + column];
  }

  /// 0 for a row that is not there.
  Cell value(std::size_t row, std::size_t column) const {
    const Key key = key_of(row);
    if (!table_.empty()) {
      const std::uint32_t position = table_.at(key.first * seconds_ + key.second);
      return position == kFree ? Cell{0} : at(position, column);
    }
    const auto position = index_.find(mixed(row), [](std::uint32_t) { return true; });
    return position ? at(*position, column) : Cell{0};
  }

  /// As Grid's.
  void save(std::string& bytes) const {
    const std::uint64_t count = keys_.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
    bytes.append(reinterpret_cast<const char*>(keys_.data()), count * sizeof(Key));
    bytes.append(reinterpret_cast<const char*>(cells_.data()), cells_.size() * sizeof(Cell));
  }
  /// Adds to what is there.
  void load(std::string_view& bytes) {
    std::uint64_t count = 0;
    if (bytes.size() < sizeof count) throw Error("E-STATE", "A saved state is cut off.");
    std::memcpy(&count, bytes.data(), sizeof count);
    bytes.remove_prefix(sizeof count);
    if (count > bytes.size() / (sizeof(Key) + columns_ * sizeof(Cell))) {
      throw Error("E-STATE", "A saved state does not fit its report.");
    }
    const char* keys = bytes.data();
    const char* cells = keys + count * sizeof(Key);
    for (std::size_t i = 0; i < count; ++i) {
      Key key;
      std::memcpy(&key, keys + i * sizeof key, sizeof key);
      for (std::size_t c = 0; c < columns_; ++c) {
        Cell cell;
        std::memcpy(&cell, cells + (i * columns_ + c) * sizeof cell, sizeof cell);
        add(sparse_row(key.first, key.second), c, cell);
      }
    }
    bytes.remove_prefix(count * (sizeof(Key) + columns_ * sizeof(Cell)));
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  static constexpr std::size_t kPlacesPerRow = 16;  ///< of the table

  static constexpr Key key_of(std::size_t row) {
    return {static_cast<std::uint32_t>(row >> 32), static_cast<std::uint32_t>(row)};
  }

  /// The position of the row, which is made when it is not there.
  std::uint32_t position_of(std::size_t row) {
    const Key key = key_of(row);
    if (!table_.empty()) {
      std::uint32_t& position = table_.at(key.first * seconds_ + key.second);
      if (position == kFree) position = append(key);
      return position;
    }
    const std::uint32_t position = index_.number(mixed(row), [](std::uint32_t) { return true; });
    if (position == keys_.size()) {
      append(key);
      if (firsts_ > 0 && keys_.size() * kPlacesPerRow > firsts_ * seconds_) make_table();
    }
    return position;
  }
  std::uint32_t append(Key key) {
    keys_.push_back(key);
    cells_.resize(cells_.size() + columns_);
    return static_cast<std::uint32_t>(keys_.size() - 1);
  }
  void make_table() {
    table_.assign(firsts_ * seconds_, kFree);
    for (std::uint32_t i = 0; i < keys_.size(); ++i) {
      table_.at(keys_[i].first * seconds_ + keys_[i].second) = i;
    }
    index_ = {};
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
  std::size_t last_row_ = 0;  ///< what was added to last, and its position: often it is the next
  std::uint32_t last_ = 0;
  std::vector<std::uint32_t> table_;  ///< positions by both numbers; empty until it pays
  journeys::KeyIndex index_;          ///< positions, until then
  std::vector<Key> keys_;
  std::vector<Cell> cells_;
};

}  // namespace ca::reports
