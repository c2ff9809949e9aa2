#pragma once

#include <cstdint>
#include <optional>

#include "base/random.h"

namespace ca::stats {

/// Random numbers of one stream, with the distributions that posterior simulation
/// needs. The same seed and stream give the same numbers everywhere; streams of one seed are
/// independent, so that each customer has one and threads change nothing.
///
/// Normals and gammas cost half of what Random's do, and are others: the bytes of the invented shop
/// are made of those.
class RandomStream : public Random {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next() { return bits(); }
  double normal();
  /// Mean 1.
  double exponential() { return Random::exponential(1); }
  /// Mean `shape`, for shape > 0. Marsaglia & Tsang 2000; may round to 0 for a tiny shape.
  double gamma(double shape);
  /// For a, b > 0; in [0, 1].
  double beta(double a, double b);
  /// For 0 <= mean <= 1e15. Inversion below 10, transformed rejection (Hoermann 1993) above.
  std::int64_t poisson(double mean);
  /// Successes of so many trials. For 0 <= trials <= 1e15. Inversion where fewer than 10 are
  /// expected (or fail), transformed rejection (Hoermann 1993) above.
  std::int64_t binomial(std::int64_t trials, double success);
  /// Trials up to and with the first success, from 1 on; at most 2^62.
  std::int64_t geometric(double success);

 private:
  std::optional<double> spare_;  ///< normals are drawn in pairs
};

}  // namespace ca::stats
