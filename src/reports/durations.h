#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ca::reports {

/// Durations, kept so that their exact median can be told: a multiset a row. Whole seconds, which
/// is what most data hold, take four bytes each, others eight. Merging commutes, and save() writes
/// in ascending order, so the same customers in any order give the same bytes.
class Durations {
 public:
  explicit Durations(std::size_t rows) : rows_(rows) {}

  /// `micros` is not negative.
  void add(std::size_t row, std::int64_t micros) {
    const std::int64_t seconds = micros / kSecond;
    if (seconds * kSecond == micros && seconds <= UINT32_MAX) {
      rows_[row].seconds.push_back(static_cast<std::uint32_t>(seconds));
    } else {
      rows_[row].micros.push_back(micros);
    }
  }
  void merge(const Durations& other) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      append(rows_[row].seconds, other.rows_[row].seconds);
      append(rows_[row].micros, other.rows_[row].micros);
    }
  }
  /// Microseconds; between two neighbours their mean. Null for an empty row.
  std::optional<double> median(std::size_t row) const {
    std::vector<std::int64_t> all = rows_[row].micros;
    all.reserve(all.size() + rows_[row].seconds.size());
    for (const std::uint32_t seconds : rows_[row].seconds) all.push_back(seconds * kSecond);
    if (all.empty()) return std::nullopt;
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::ranges::nth_element(all, middle);
    if (all.size() % 2 == 1) return static_cast<double>(*middle);
    const std::int64_t below = *std::max_element(all.begin(), middle);
    return (static_cast<double>(below) + static_cast<double>(*middle)) / 2;
  }

  void save(std::string& bytes) const {
    for (const Row& row : rows_) {
      put(bytes, row.seconds);
      put(bytes, row.micros);
    }
  }
  /// Takes what save() wrote from the front of `bytes`. Error E-STATE when it is cut off.
  void load(std::string_view& bytes) {
    for (Row& row : rows_) {
      take(bytes, row.seconds);
      take(bytes, row.micros);
    }
  }

 private:
  static constexpr std::int64_t kSecond = 1'000'000;

  struct Row {
    std::vector<std::uint32_t> seconds;
    std::vector<std::int64_t> micros;
  };

  template <class T>
  static void append(std::vector<T>& to, const std::vector<T>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }
  template <class T>
  static void put(std::string& bytes, std::vector<T> values) {
    std::ranges::sort(values);
    const std::uint64_t count = values.size();
    bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
    bytes.append(reinterpret_cast<const char*>(values.data()), count * sizeof(T));
  }
  template <class T>
  static void take(std::string_view& bytes, std::vector<T>& values) {
    std::uint64_t count = 0;
    if (bytes.size() < sizeof count) throw Error("E-STATE", "A saved state is cut off.");
    std::memcpy(&count, bytes.data(), sizeof count);
    bytes.remove_prefix(sizeof count);
    if (count > bytes.size() / sizeof(T)) throw Error("E-STATE", "A saved state is cut off.");
    values.resize(count);
    if (count > 0) std::memcpy(values.data(), bytes.data(), count * sizeof(T));
    bytes.remove_prefix(count * sizeof(T));
  }

  std::vector<Row> rows_;
};

}  // namespace ca::reports
