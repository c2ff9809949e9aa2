#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/exact_sum.h"

namespace ca::reports {

/// Finite numbers, kept so that their exact median can be told: a multiset a row, eight bytes each.
/// Merging commutes, and save() writes in ascending order, so the same customers in any order give
/// the same bytes.
class ValueLists {
 public:
  explicit ValueLists(std::size_t rows) : rows_(rows) {}

  void add(std::size_t row, double value) { rows_[row].push_back(value); }
  void merge(const ValueLists& other) {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      rows_[row].insert(rows_[row].end(), other.rows_[row].begin(), other.rows_[row].end());
    }
  }

  struct Summary {
    double mean = 0;
    double min = 0;
    double max = 0;
    double median = 0;  ///< between two neighbours their mean
  };
  bool is_empty(std::size_t row) const { return rows_[row].empty(); }
  /// Of a row that is not empty.
  Summary summary(std::size_t row) const {
    std::vector<double> values = rows_[row];
    ExactSum sum;
    for (const double value : values) sum.add(value);
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    Summary all;
    all.median = *middle;
    if (values.size() % 2 == 0) {
      all.median = (*std::max_element(values.begin(), middle) + all.median) / 2;
    }
    all.mean = sum.value() / static_cast<double>(values.size());
    const auto [min, max] = std::ranges::minmax(values);
    all.min = min;
    all.max = max;
    return all;
  }

  void save(std::string& bytes) const {
    for (std::vector<double> values : rows_) {
      std::ranges::sort(values);
      const std::uint64_t count = values.size();
      bytes.append(reinterpret_cast<const char*>(&count), sizeof count);
      bytes.append(reinterpret_cast<const char*>(values.data()), count * sizeof(double));
    }
  }
  /// Takes what save() wrote from the front of `bytes`. Error E-STATE when it is cut off.
  void load(std::string_view& bytes) {
    for (std::vector<double>& values : rows_) {
      std::uint64_t count = 0;
      if (bytes.size() < sizeof count) throw Error("E-STATE", "A saved state is cut off.");
      std::memcpy(&count, bytes.data(), sizeof count);
      bytes.remove_prefix(sizeof count);
      if (count > bytes.size() / sizeof(double)) {
        throw Error("E-STATE", "A saved state is cut off.");
      }
      values.resize(count);
      if (count > 0) std::memcpy(values.data(), bytes.data(), count * sizeof(double));
      bytes.remove_prefix(count * sizeof(double));
    }
  }

 private:
  std::vector<std::vector<double>> rows_;
};

}  // namespace ca::reports
