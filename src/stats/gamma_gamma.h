#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/thread_pool.h"
#include "stats/note.h"
#include "stats/parameter.h"
#include "stats/purchase_model.h"

namespace ca::stats {

/// What a customer spent: how many purchases, and their mean amount.
struct Spending {
  double purchases = 0;
  double mean = 0;  ///< in the shop's currency
};

/// Spending as columns; `weight` is the number of customers a row stands for, empty for 1 each.
/// Which purchases count is the caller's choice: the repeat ones, as in the paper, or all, which
/// learns from every customer and is what the reports use.
struct SpendingCounts {
  std::vector<double> purchases;
  std::vector<double> mean;
  std::vector<double> weight;

  std::size_t size() const { return purchases.size(); }
  Spending at(std::size_t row) const { return {purchases[row], mean[row]}; }
  double weight_at(std::size_t row) const { return weight.empty() ? 1 : weight[row]; }
};

/// Gamma-Gamma model of amounts (Fader, Hardie & Lee 2005, "RFM and CLV: using iso-value curves";
/// Fader & Hardie 2013, "The gamma-gamma model of monetary value"). An amount of one customer is
/// gamma(p, nu), and nu is gamma(q, v) over customers, independent of how often they buy.
///
/// `without_spread` stands for data that shows no such distribution: every customer is expected to
/// go on as before, and whoever has not bought like the mean customer.
struct GammaGamma {
  double p = 1;
  double q = 2;
  double v = 1;
  std::optional<double> without_spread;  ///< the mean amount

  double log_likelihood(const Spending& spending) const;
  /// E[amount of a customer not yet seen] = p v / (q - 1); needs q > 1.
  double expected_mean() const;
  /// E[mean amount | purchases, mean]; that of a customer not yet seen where nothing was bought. A
  /// mean below 0 (more returned than bought) counts as 0, which says that amounts are small.
  double expected_mean(const Spending& spending) const;
  /// The sum of `orders` future amounts, drawn from the posterior.
  double draw_total(const Spending& spending, std::int64_t orders, RandomStream& random) const;
};

struct SpendingFit {
  GammaGamma model;
  std::vector<Parameter> parameters;  ///< p, q, v; empty without spread
  double log_likelihood = 0;
  double customers = 0;  ///< sum of weights of the rows that were used
  double left_out = 0;   ///< of those without a purchase or with a mean that is not above 0
  bool is_converged = false;
  int evaluations = 0;
  std::vector<Note> notes;
};

/// Maximum likelihood in the logarithms of the parameters, amounts measured in their mean. Sums run
/// over fixed chunks of rows, so `pool` is only speed. Throws E-PARAM for columns of different
/// lengths, values that are not finite and weights that are not above 0, else always answers:
///   no-amounts      no customer has a positive amount: 0 is expected
///   equal-amounts   all means are equal or there is one customer: no spread
///   no-mean         the fit has q <= 1, where the mean amount is infinite: no spread
///   weak-prior      the data does not determine all parameters; as in fit_purchase_model
///   not-converged   the search ended before the maximum
SpendingFit fit_gamma_gamma(const SpendingCounts& counts, ThreadPool* pool = nullptr);

/// expected_mean of each row.
std::vector<double> expected_means(const GammaGamma& model, const SpendingCounts& counts,
                                   ThreadPool* pool = nullptr);

/// What one customer will spend in the t weeks after T, drawn from the posteriors of both models:
/// the spread behind p10 and p90 of a prediction.
std::vector<double> simulate_spending(const PurchaseModel& purchases, const GammaGamma& amounts,
                                      const PurchaseHistory& history, const Spending& spending,
                                      double t, std::size_t draws, std::uint64_t seed,
                                      std::uint64_t stream);

}  // namespace ca::stats
