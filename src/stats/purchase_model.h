#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/thread_pool.h"
#include "stats/bgnbd.h"
#include "stats/nbd.h"
#include "stats/note.h"
#include "stats/parameter.h"
#include "stats/paretonbd.h"
#include "stats/purchase_counts.h"

namespace ca::stats {

enum class PurchaseModelKind { kBgnbd, kMbgnbd, kParetonbd, kNbd };

/// bgnbd, mbgnbd, paretonbd, nbd
std::string name_of(PurchaseModelKind kind);

/// One of the models with its parameters. A value; safe to share between threads.
using PurchaseModel = std::variant<Bgnbd, Paretonbd, Nbd>;

double log_likelihood(const PurchaseModel& model, const PurchaseHistory& history);
/// P(still active at T | x, t_x, T)
double p_alive(const PurchaseModel& model, const PurchaseHistory& history);
/// E[X(t)]: repeat purchases of a new customer within t weeks of the first purchase.
double expected_orders(const PurchaseModel& model, double t);
/// E[X(T, T + t] | x, t_x, T]: purchases in the t weeks after T.
double expected_orders(const PurchaseModel& model, const PurchaseHistory& history, double t);

/// Purchases in the t weeks after T, drawn from the posterior of the rate, of whether the customer
/// is active, and of leaving. `stream` tells customers apart; the same seed and stream give the
/// same draws.
std::vector<std::int64_t> simulate_orders(const PurchaseModel& model,
                                          const PurchaseHistory& history, double t,
                                          std::size_t draws, std::uint64_t seed,
                                          std::uint64_t stream);

struct PurchaseFit {
  PurchaseModelKind asked = PurchaseModelKind::kBgnbd;
  PurchaseModelKind kind =
      PurchaseModelKind::kBgnbd;  ///< what was fitted; see the notes if another
  PurchaseModel model;
  std::vector<Parameter> parameters;  ///< r, alpha, a, b or r, alpha, s, beta or r, alpha
  double log_likelihood = 0;          ///< without a prior, of all customers
  double customers = 0;               ///< sum of weights
  bool is_converged = false;
  int evaluations = 0;
  /// Where nobody bought twice: with 95 % confidence customers buy less often a week than this.
  std::optional<double> rate_upper_bound;
  std::vector<Note> notes;
};

/// Maximum likelihood, in the logarithms of the parameters, from several starts. Equal rows should
/// be grouped (group_equal), which makes millions of customers cheap. Sums run over fixed chunks of
/// rows, so `pool` is only speed. Throws E-PARAM for impossible rows (check), else always answers;
/// data that does not determine the model gives a simpler one and a note:
///   no-customers       no rows: the rate 0
///   no-repeats         nobody bought twice: the rate is 0.5 over all customer-weeks (Jeffreys'
///                      prior), with an upper bound
///   no-time            all ages are 0, so that nothing could have been seen: the rate 0
///   no-leaving         leaving does not raise the likelihood: NBD
///   weak-prior         the likelihood rises without end in some direction, or is flat: each
///                      logarithm of a parameter got a normal prior with standard deviation 1.5,
///                      which weighs as much as one customer,
///                      or one in a thousand
///   not-converged      the search ended before the maximum
PurchaseFit fit_purchase_model(PurchaseModelKind kind, const PurchaseCounts& counts,
                               ThreadPool* pool = nullptr);

///                      which weighs as much as one customer, or one in a thousand
std::vector<double> p_alive(const PurchaseModel& model, const PurchaseCounts& counts,
                            ThreadPool* pool = nullptr);
std::vector<double> expected_orders(const PurchaseModel& model, const PurchaseCounts& counts,
                                    double t, ThreadPool* pool = nullptr);

/// Expected purchases from T up to each of `horizons` (weeks >= 0), cumulated: row i begins at
/// i * horizons.size(). Many horizons are interpolated from a dozen well-placed ones (30 for a
/// century); the error is below 1e-7 of the row's largest value.
std::vector<double> expected_curves(const PurchaseModel& model, const PurchaseCounts& counts,
                                    std::span<const double> horizons, ThreadPool* pool = nullptr);

/// The sum over rows of factor x expected_curves, at the price of a dozen horizons for any number
/// of them. `factors`, one a row (customers x value of an order, say), empty for the rows' weights.
std::vector<double> expected_total_curve(const PurchaseModel& model, const PurchaseCounts& counts,
                                         std::span<const double> horizons,
                                         std::span<const double> factors = {},
                                         ThreadPool* pool = nullptr);

}  // namespace ca::stats
