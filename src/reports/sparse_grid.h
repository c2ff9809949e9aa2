#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "journeys/key_index.h"

namespace ca::reports {

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

  /// The number by which a row is added to.
  static constexpr std::size_t row(std::size_t first, std::size_t second) {
    return first << 32 | second;
  }

  void add(std::size_t row, std::size_t column, Cell value) {
    const std::uint32_t number = index_.number(mixed(row), [](std::uint32_t) { return true; });
    if (number == keys_.size()) {
      keys_.push_back({static_cast<std::uint32_t>(row >> 32), static_cast<std::uint32_t>(row)});
      cells_.resize(cells_.size() + columns_);
    }
    cells_[number * columns_ + column] += value;
  }
  void merge(const SparseGrid& other) {
    for (std::size_t i = 0; i < other.keys_.size(); ++i) {
      const std::size_t to = row(other.keys_[i].first, other.keys_[i].second);
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
        add(row(key.first, key.second), c, cell);
      }
    }
    bytes.remove_prefix(count * (sizeof(Key) + columns_ * sizeof(Cell)));
  }

 private:
  /// A number of its own for every row, spread over all bits: what KeyIndex takes for a hash.
  static std::uint64_t mixed(std::uint64_t row) {
    row ^= row >> 32;
    row *= 0x9E3779B97F4A7C15U;  // odd, so that no two rows become one
    return row ^ row >> 29;
  }

  std::size_t columns_;
  journeys::KeyIndex index_;
  std::vector<Key> keys_;
  std::vector<Cell> cells_;
};

}  // namespace ca::reports
