#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace ca {

/// An exact sum of doubles: 128-bit fixed point with 56 fractional bits. Each value is rounded once
/// to a multiple of 2^-56 (ties to even), after which adding is exact, so any order of adding and
/// merging gives the same bits. Values up to 1e15 in magnitude; 2^21 of the largest fit.
class ExactSum {
 public:
  using Fixed = __int128;
  static constexpr int kFractionBits = 56;
  static constexpr double kLargest = 1e15;

  static Fixed to_fixed(double value) {
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const int exponent = static_cast<int>((bits >> 52) & 0x7ff);
    if (exponent == 0) return 0;  // zero, and subnormals far below 2^-57
    const auto mantissa = static_cast<std::int64_t>((bits & 0xfffffffffffffULL) | (1ULL << 52));
    const int shift = exponent - 1075 + kFractionBits;
    Fixed fixed = 0;
    if (shift >= 0) {
      fixed = static_cast<Fixed>(mantissa) << shift;
    } else if (shift > -55) {
      const int right = -shift;
      const std::int64_t half = std::int64_t{1} << (right - 1);
      const std::int64_t rest = mantissa & ((std::int64_t{1} << right) - 1);
      std::int64_t whole = mantissa >> right;
      if (rest > half || (rest == half && (whole & 1))) ++whole;
      fixed = whole;
    }
    return (bits >> 63) ? -fixed : fixed;
  }

  static double to_double(Fixed fixed) {
    return std::ldexp(static_cast<double>(fixed), -kFractionBits);
  }

  void add(double value) { fixed_ += to_fixed(value); }
  void add_fixed(Fixed value) { fixed_ += value; }
  void merge(const ExactSum& other) { fixed_ += other.fixed_; }

  Fixed fixed() const { return fixed_; }
  double value() const { return to_double(fixed_); }

 private:
  Fixed fixed_ = 0;
};

}  // namespace ca
