#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace ca::stats {

/// ln Gamma(r + x) / Gamma(r) for whole x up to a limit, with its derivative by r: sums of
/// ln(r + i), which neither overflow nor cancel, however large r.
class RisingFactorials {
 public:
  RisingFactorials(double r, std::size_t most) : log_(most + 1), derivative_(most + 1) {
    for (std::size_t i = 0; i < most; ++i) {
      const double factor = r + static_cast<double>(i);
      log_[i + 1] = log_[i] + std::log(factor);
      derivative_[i + 1] = derivative_[i] + 1 / factor;
    }
  }
  double log(std::size_t x) const { return log_[x]; }
  double derivative(std::size_t x) const { return derivative_[x]; }

 private:
  std::vector<double> log_;
  std::vector<double> derivative_;
};

/// ln(e^a + e^b) for any a, b below infinity; `share_of_b` is e^b / (e^a + e^b).
struct LogSum {
  double value;
  double share_of_b;
};
inline LogSum log_sum(double a, double b) {
  if (b <= a) {
    const double ratio = std::exp(b - a);
    return {a + std::log1p(ratio), ratio / (1 + ratio)};
  }
  const double ratio = std::exp(a - b);
  return {b + std::log1p(ratio), 1 / (1 + ratio)};
}

}  // namespace ca::stats
