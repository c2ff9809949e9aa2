#pragma once

#include <cmath>
#include <cstdint>

namespace ca {

/// Random numbers of one stream (SplitMix64): the same stream gives the same numbers everywhere.
/// The distributions are written out here because those of the standard library differ from one
/// library to the next.
class Random {
 public:
  /// Streams that shall not overlap begin at numbers that mix() made.
  explicit Random(std::uint64_t stream) : state_(stream) {}

  static std::uint64_t mix(std::uint64_t bits) {
    bits += 0x9e3779b97f4a7c15ULL;
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ULL;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebULL;
    return bits ^ (bits >> 31);
  }

  std::uint64_t bits() {
    const std::uint64_t drawn = mix(state_);
    state_ += 0x9e3779b97f4a7c15ULL;
    return drawn;
  }
  /// Between 0 and 1, never either.
  double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  /// 0 to count - 1.
  std::uint32_t below(std::uint32_t count) {
    return static_cast<std::uint32_t>(((bits() >> 32) * count) >> 32);
  }
  bool happens(double probability) { return uniform() < probability; }
  double exponential(double mean) { return -mean * std::log(uniform()); }
  double normal() {
    return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform());
  }
  /// Mean shape x scale (Marsaglia and Tsang 2000).
  double gamma(double shape, double scale) {
    if (shape < 1) return gamma(shape + 1, scale) * std::pow(uniform(), 1 / shape);
    const double d = shape - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    while (true) {
      const double x = normal();
      const double root = 1 + c * x;
      if (root <= 0) continue;
      const double v = root * root * root;
      if (std::log(uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v * scale;
    }
  }
  /// Mean a / (a + b).
  double beta(double a, double b) {
    const double x = gamma(a, 1);
    return x / (x + gamma(b, 1));
  }

 private:
  std::uint64_t state_;
};

}  // namespace ca
