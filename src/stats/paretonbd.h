#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "stats/purchase_counts.h"
#include "stats/random.h"
#include "stats/rising_factorial.h"

namespace ca::stats {

/// Pareto / NBD (Schmittlein, Morrison & Colombo 1987; formulas as in Fader & Hardie 2005, "A note
/// on deriving the Pareto/NBD model"). While active a customer buys at random with a rate a week
/// that is gamma(r, alpha) over customers, and leaves at any time with a rate that is
/// gamma(s, beta).
///
/// The customer who left at some time between t_x and T is an integral over that time. It is taken
/// by Gauss-Legendre on the logarithm of time, which is positive throughout, where the usual
/// difference of two hypergeometric functions cancels and overflows; relative error below 1e-10.
/// Times in weeks; finite for every history that check() accepts and parameters in (0, 1e9).
struct Paretonbd {
  double r = 1;
  double alpha = 1;
  double s = 1;
  double beta = 1;

  double log_likelihood(const PurchaseHistory& history) const;
  double p_alive(const PurchaseHistory& history) const;
  double expected_orders(double t) const;
  double expected_orders(const PurchaseHistory& history, double t) const;
  std::int64_t draw_orders(const PurchaseHistory& history, double alive, double t,
                           RandomStream& random) const;
  PurchaseHistory draw_history(double age, RandomStream& random) const;
};

/// E[purchases within t weeks] of a customer who is active now, with a rate gamma(r, alpha) and a
/// rate of leaving gamma(s, beta).
double orders_while_active(const Paretonbd& model, double t);

/// Log-likelihood of many rows, with its gradient by ln r, ln alpha, ln s, ln beta.
class ParetonbdLikelihood {
 public:
  static constexpr std::size_t kParameters = 4;
  ParetonbdLikelihood(const Paretonbd& model, std::size_t most_repeats);
  double add(const PurchaseCounts& counts, std::size_t from, std::size_t to,
             std::span<double> gradient) const;

 private:
  Paretonbd model_;
  RisingFactorials repeats_;
};

}  // namespace ca::stats
