#pragma once

#include <cstdint>
#include <optional>

namespace ca::stats {

/// Random numbers of one stream (SplitMix64), with the distributions that posterior simulation
/// needs. The same seed and stream give the same numbers everywhere; streams of one seed are
/// independent, so that each customer has one and threads change nothing.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  /// In (0, 1).
  double uniform();
  double normal();
  /// Mean 1.
  double exponential();
  /// Mean `shape`, for shape > 0. Marsaglia & Tsang 2000; may round to 0 for a tiny shape.
  double gamma(double shape);
  /// For a, b > 0; in [0, 1].
  double beta(double a, double b);
  /// For 0 <= mean <= 1e15. Inversion below 10, transformed rejection (Hoermann 1993) above.
  std::int64_t poisson(double mean);
  /// Trials up to and with the first success, from 1 on; at most 2^62.
  std::int64_t geometric(double success);

 private:
  std::uint64_t state_;
  std::optional<double> spare_;  ///< normals are drawn in pairs
};

}  // namespace ca::stats
