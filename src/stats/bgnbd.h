#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "stats/purchase_counts.h"
#include "stats/random.h"
#include "stats/rising_factorial.h"

namespace ca::stats {

/// Beta-geometric / NBD. While active a customer buys at random with a rate a week that is
/// gamma(r, alpha) over customers, and after each purchase leaves for good with a probability that
/// is beta(a, b) over customers. BG/NBD (Fader, Hardie & Lee 2005, "Counting your customers" the
/// easy way) gives this chance after repeat purchases only; MBG/NBD (Batislam, Denizel & Filiztekin
/// 2007) after the first purchase too.
///
/// Times in weeks from the first purchase day. Results are finite for every history that check()
/// accepts and all parameters in (0, 1e9).
struct Bgnbd {
  double r = 1;
  double alpha = 1;
  double a = 1;
  double b = 1;
  bool may_leave_at_once = false;  ///< MBG/NBD

  double log_likelihood(const PurchaseHistory& history) const;
  /// P(still active at T | x, t_x, T); always 1 without repeats in BG/NBD.
  double p_alive(const PurchaseHistory& history) const;
  /// E[X(t)]: repeat purchases of a new customer within t weeks.
  double expected_orders(double t) const;
  /// E[X(T, T + t] | x, t_x, T]
  double expected_orders(const PurchaseHistory& history, double t) const;
  /// Purchases in (T, T + t], drawn from the posterior given the history, of which `alive` is
  /// p_alive().
  std::int64_t draw_orders(const PurchaseHistory& history, double alive, double t,
                           RandomStream& random) const;
  /// The history of an invented customer after `age` weeks.
  PurchaseHistory draw_history(double age, RandomStream& random) const;

 private:
  /// Chances to leave that x repeats have given.
  double chances(double x) const { return may_leave_at_once ? x + 1 : x; }
};

/// E[purchases within t weeks] of a customer who is active now, has a rate gamma(r, alpha) and
/// leaves after each purchase with a probability beta(a, b).
///
/// With N the purchases of one who never leaves, which is negative binomial, it is the sum over j
/// of P(N > j) P(stays after j purchases): all terms positive, nothing singular at a = 1, and
/// about as many terms as purchases. Where these would be thousands: the integral over the
/// probability, by the trapezoid rule on its log-odds.
double orders_while_active(double r, double alpha, double a, double b, double t);

/// Log-likelihood of many rows, with its gradient by ln r, ln alpha, ln a, ln b.
class BgnbdLikelihood {
 public:
  static constexpr std::size_t kParameters = 4;
  BgnbdLikelihood(const Bgnbd& model, std::size_t most_repeats);
  /// The weighted sum over rows [from, to); adds its gradient to `gradient`.
  double add(const PurchaseCounts& counts, std::size_t from, std::size_t to,
             std::span<double> gradient) const;

 private:
  Bgnbd model_;
  RisingFactorials repeats_;
  // Of k chances to leave: ln P(stays k times), its derivatives by a and b.
  std::vector<double> stays_, stays_by_a_, stays_by_b_;
};

}  // namespace ca::stats
