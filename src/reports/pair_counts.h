#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "reports/sparse_grid.h"

namespace ca::reports {

/// How often two of `codes` codes met. A grid for sinks: the row is pair_row(), there is one
/// column. Few codes are counted in a triangle that has a place for every pair, as soon as that
/// costs little beside the pairs that met; else in an open table of 12 bytes a place. Adding and
/// merging commute.
class PairCounts {
 public:
  using Value = std::uint32_t;

  explicit PairCounts(std::size_t codes) : codes_(codes) {}

  /// Of two codes, which differ.
  static constexpr std::size_t pair_row(std::uint32_t a, std::uint32_t b) {
    return a < b ? sparse_row(a, b) : sparse_row(b, a);
  }

  void add(std::size_t row, std::size_t, Value count) {
    if (triangle_.empty() && 4 * (size_ + 1) > 3 * keys_.size()) grow();
    if (!triangle_.empty()) {
      triangle_[place_in_triangle(row)] += count;
      return;
    }
    const std::size_t place = place_of(row);
    if (keys_[place] == kFree) {
      keys_[place] = row;
      ++size_;
    }
    counts_[place] += count;
  }
  void merge(const PairCounts& other) {
    other.for_each(
        [&](std::uint32_t a, std::uint32_t b, Value count) { add(pair_row(a, b), 0, count); });
  }
  /// Calls visit(a, b, count) for every pair that met, a < b, in no order.
  template <class Visit>
  void for_each(Visit&& visit) const {
    std::size_t place = 0;
    for (std::uint32_t b = 1; !triangle_.empty() && b < codes_; ++b) {
      for (std::uint32_t a = 0; a < b; ++a, ++place) {
        if (triangle_[place] > 0) visit(a, b, triangle_[place]);
      }
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      if (keys_[i] == kFree) continue;
      visit(static_cast<std::uint32_t>(keys_[i] >> 32), static_cast<std::uint32_t>(keys_[i]),
            counts_[i]);
    }
  }

  /// As Grid's.
  void save(std::string& bytes) const {
    std::vector<Saved> all;
    for_each([&](std::uint32_t a, std::uint32_t b, Value count) { all.push_back({a, b, count}); });
    const std::uint64_t count = all.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
    bytes.append(reinterpret_cast<const char*>(all.data()), count * sizeof(Saved));
  }
  /// Adds to what is there.
  void load(std::string_view& bytes) {
    std::uint64_t count = 0;
    if (bytes.size() < sizeof count) throw Error("E-STATE", "A saved state is cut off.");
    std::memcpy(&count, bytes.data(), sizeof count);
    bytes.remove_prefix(sizeof count);
    if (count > bytes.size() / sizeof(Saved)) {
      throw Error("E-STATE", "A saved state does not fit its report.");
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      Saved saved;
      std::memcpy(&saved, bytes.data() + i * sizeof saved, sizeof saved);
      if (saved.a >= saved.b || saved.b >= codes_) {
        throw Error("E-STATE", "A saved state does not fit its report.");
      }
      add(pair_row(saved.a, saved.b), 0, saved.count);
    }
    bytes.remove_prefix(count * sizeof(Saved));
  }

 private:
  static constexpr std::uint64_t kFree = UINT64_MAX;  ///< no pair: its codes are equal
  static constexpr std::size_t kFirstPlaces = 1024;
  /// So many times the memory of a triangle may be that of the table.
  static constexpr std::size_t kTriangleFactor = 4;

  struct Saved {
    std::uint32_t a, b;
    Value count;
  };

  static std::size_t place_in_triangle(std::size_t row) {
    const std::size_t a = row >> 32;
    const std::size_t b = row & UINT32_MAX;
    return b * (b - 1) / 2 + a;
  }
  /// Where the pair is, or the free place where it would be.
  std::size_t place_of(std::uint64_t row) const {
    const std::size_t mask = keys_.size() - 1;
    std::uint64_t hash = (row ^ row >> 32) * 0x9E3779B97F4A7C15U;
    for (std::size_t at = (hash ^ hash >> 32) & mask;; at = (at + 1) & mask) {
      if (keys_[at] == row || keys_[at] == kFree) return at;
    }
  }
  void grow() {
    const std::size_t places = keys_.empty() ? kFirstPlaces : 2 * keys_.size();
    const std::size_t triangle = codes_ * (codes_ - 1) / 2;
    const bool is_dense = triangle * sizeof(Value) <=
                          places * (sizeof(std::uint64_t) + sizeof(Value)) * kTriangleFactor;
    std::vector<std::uint64_t> keys(is_dense ? 0 : places, kFree);
    std::vector<Value> counts(keys.size());
    keys.swap(keys_);
    counts.swap(counts_);
    size_ = 0;
    if (is_dense) triangle_.resize(triangle);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (keys[i] != kFree) add(keys[i], 0, counts[i]);
    }
  }

  std::size_t codes_;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> keys_;  ///< a power of two, at most three quarters taken
  std::vector<Value> counts_;
  std::vector<Value> triangle_;  ///< instead of the table, once it is made
};

}  // namespace ca::reports
