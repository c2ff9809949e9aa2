#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "stats/purchase_counts.h"
#include "stats/random.h"
#include "stats/rising_factorial.h"

namespace ca::stats {

/// Negative binomial purchases (Ehrenberg 1959): the rate a week is gamma(r, alpha) over customers
/// and nobody leaves. What remains of the models with leaving when the data shows none. r = 0 is
/// the rate 0.
struct Nbd {
  double r = 0;
  double alpha = 1;

  double log_likelihood(const PurchaseHistory& history) const;
  double p_alive(const PurchaseHistory&) const { return 1; }
  double expected_orders(double t) const { return r / alpha * t; }
  double expected_orders(const PurchaseHistory& history, double t) const {
    return (r + history.frequency) / (alpha + history.age) * t;
  }
  std::int64_t draw_orders(const PurchaseHistory& history, double alive, double t,
                           RandomStream& random) const;
  PurchaseHistory draw_history(double age, RandomStream& random) const;
};

/// The history after `age` weeks of an invented customer who buys `rate` times a week until he
/// leaves, after `lifetime` weeks.
PurchaseHistory draw_history(double rate, double lifetime, double age, RandomStream& random);

/// Log-likelihood of many rows, with its gradient by ln r, ln alpha.
class NbdLikelihood {
 public:
  static constexpr std::size_t kParameters = 2;
  NbdLikelihood(const Nbd& model, std::size_t most_repeats);
  double add(const PurchaseCounts& counts, std::size_t from, std::size_t to,
             std::span<double> gradient) const;

 private:
  Nbd model_;
  RisingFactorials repeats_;
};

}  // namespace ca::stats
