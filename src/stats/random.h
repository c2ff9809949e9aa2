#pragma once

#include <cstdint>

#include "base/random.h"

namespace ca::stats {

/// Random numbers of one stream, with the distributions that posterior simulation needs. The same
/// seed and stream give the same numbers everywhere; streams of one seed are independent, so that
/// each customer has one and threads change nothing.
class RandomStream : public Random {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next() { return bits(); }
  /// Mean 1.
  double exponential() { return Random::exponential(1); }
  /// Mean `shape`, for shape > 0; may round to 0 for a tiny shape.
  double gamma(double shape) { return Random::gamma(shape, 1); }
  /// For a, b > 0; in [0, 1].
  double beta(double a, double b);
  /// For 0 <= mean <= 1e15. Inversion below 10, transformed rejection (Hoermann 1993) above.
  std::int64_t poisson(double mean);
  /// Trials up to and with the first success, from 1 on; at most 2^62.
  std::int64_t geometric(double success);
};

}  // namespace ca::stats
