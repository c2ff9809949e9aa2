#pragma once

#include <cmath>

namespace ca::stats {

/// A sum of doubles that keeps what rounding lost (Neumaier 1974). The same order, the same bytes.
class CompensatedSum {
 public:
  void add(double value) {
    const double next = sum_ + value;
    rest_ += std::abs(sum_) >= std::abs(value) ? (sum_ - next) + value : (value - next) + sum_;
    sum_ = next;
  }
  double value() const { return sum_ + rest_; }

 private:
  double sum_ = 0;
  double rest_ = 0;
};

}  // namespace ca::stats
