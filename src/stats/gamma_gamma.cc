#include "stats/gamma_gamma.h"

#include <algorithm>
#include <array>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "base/error.h"
#include "stats/chunks.h"
#include "stats/maximum_likelihood.h"

namespace ca::stats {
namespace {

using boost::math::digamma;
using boost::math::lgamma;

bool is_usable(const Spending& spending) { return spending.purchases > 0 && spending.mean > 0; }

void check(const SpendingCounts& counts) {
  const std::size_t n = counts.size();
  if (counts.mean.size() != n || (!counts.weight.empty() && counts.weight.size() != n)) {
    throw Error("E-PARAM", "the columns of spending have different lengths");
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double weight = counts.weight_at(i);
    if (!std::isfinite(counts.mean[i]) || !std::isfinite(counts.purchases[i]) ||
        !std::isfinite(weight) || !(weight > 0)) {
      throw Error("E-PARAM", "spending must be finite, and weights above 0");
    }
  }
}

/// What the fit reads, a row a customer who bought, by number of purchases: the functions of this
/// number are worked out once for all customers who have it.
struct Rows {
  struct Block {
    double purchases = 0;
    double weight = 0;
    double log_mean = 0;  ///< weighted sum of ln(mean)
  };
  std::vector<Block> blocks;
  std::vector<double> total;  ///< purchases x mean, in units of the mean amount
  std::vector<double> weight;
  std::vector<std::uint32_t> block_of;  ///< of each row
};

Rows rows_of(const SpendingCounts& counts, double unit) {
  std::vector<std::uint32_t> order;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (is_usable(counts.at(i))) order.push_back(static_cast<std::uint32_t>(i));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return counts.purchases[a] < counts.purchases[b];
  });
  Rows rows;
  for (const std::uint32_t i : order) {
    const auto [purchases, mean] = counts.at(i);
    const double weight = counts.weight_at(i);
    if (rows.blocks.empty() || rows.blocks.back().purchases != purchases) {
      rows.blocks.push_back({purchases, 0, 0});
    }
    rows.blocks.back().weight += weight;
    rows.blocks.back().log_mean += weight * std::log(mean / unit);
    rows.total.push_back(purchases * (mean / unit));
    rows.weight.push_back(weight);
    rows.block_of.push_back(static_cast<std::uint32_t>(rows.blocks.size() - 1));
  }
  return rows;
}

/// The log-likelihood and its gradient by ln p, ln q, ln v.
double log_likelihood_of(const Rows& rows, double p, double q, double v, ThreadPool* pool,
                         std::span<double> gradient) {
  double sum = 0;
  double by_p = 0;
  double by_q = 0;
  double by_v = 0;
  const double log_v = std::log(v);
  const double log_gamma_q = lgamma(q);
  const double digamma_q = digamma(q);
  for (const auto& [n, weight, log_mean] : rows.blocks) {
    const double shape = p * n;
    const double digamma_both = digamma(shape + q);
    const double log_n = std::log(n);
    sum += weight * (lgamma(shape + q) - lgamma(shape) - log_gamma_q + q * log_v + shape * log_n) +
           (shape - 1) * log_mean;
    by_p += n * (weight * (digamma_both - digamma(shape) + log_n) + log_mean);
    by_q += weight * (digamma_both - digamma_q + log_v);
    by_v += weight * q / v;
  }
  // - (p n + q) ln(total + v)
  std::vector<std::array<double, 4>> parts(chunks_of(rows.total.size()));
  for_each_chunk(rows.total.size(), pool, [&](std::size_t chunk, std::size_t from, std::size_t to) {
    std::array<double, 4> part{};
    for (std::size_t i = from; i < to; ++i) {
      const double n = rows.blocks[rows.block_of[i]].purchases;
      const double weight = rows.weight[i];
      const double log_rate = weight * std::log(rows.total[i] + v);
      part[0] += (p * n + q) * log_rate;
      part[1] += n * log_rate;
      part[2] += log_rate;
      part[3] += weight * (p * n + q) / (rows.total[i] + v);
    }
    parts[chunk] = part;
  });
  for (const auto& part : parts) {
    sum -= part[0];
    by_p -= part[1];
    by_q -= part[2];
    by_v -= part[3];
  }
  gradient[0] = p * by_p;
  gradient[1] = q * by_q;
  gradient[2] = v * by_v;
  return sum;
}

/// The best of a few climbs on at most some thousand rows.
std::vector<double> start_of(const Rows& rows, const WeakPrior& prior, int* evaluations) {
  constexpr std::size_t kEnough = 5000;
  Rows thin;
  const Rows* used = &rows;
  if (const std::size_t stride = rows.total.size() / kEnough; stride >= 2) {
    for (std::size_t i = stride / 2; i < rows.total.size(); i += stride) {
      const double n = rows.blocks[rows.block_of[i]].purchases;
      if (thin.blocks.empty() || thin.blocks.back().purchases != n) {
        thin.blocks.push_back({n, 0, 0});
      }
      thin.blocks.back().weight += rows.weight[i];
      thin.blocks.back().log_mean += rows.weight[i] * std::log(rows.total[i] / n);
      thin.total.push_back(rows.total[i]);
      thin.weight.push_back(rows.weight[i]);
      thin.block_of.push_back(static_cast<std::uint32_t>(thin.blocks.size() - 1));
    }
    used = &thin;
  }
  const LogLikelihood likelihood = [&](std::span<const double> theta, std::span<double> gradient) {
    const double value = log_likelihood_of(*used, std::exp(theta[0]), std::exp(theta[1]),
                                           std::exp(theta[2]), nullptr, gradient);
    return value + prior.add(theta, gradient);
  };
  std::vector<double> best;
  double best_value = 0;
  for (const auto& [p, q] : {std::pair{6.0, 4.0}, {2.0, 2.0}, {1.0, 15.0}, {30.0, 8.0}}) {
    // The mean amount p v / (q - 1) is the unit.
    auto reached =
        climb(likelihood, {std::log(p), std::log(q), std::log((q - 1) / p)}, evaluations);
    std::array<double, 3> gradient{};
    const double value = likelihood(reached, gradient);
    if (best.empty() || value > best_value) {
      best = std::move(reached);
      best_value = value;
    }
  }
  return best;
}

SpendingFit without_spread(SpendingFit fit, double mean, Note note) {
  fit.model = GammaGamma{};
  fit.model.without_spread = mean;
  fit.parameters.clear();
  fit.log_likelihood = 0;
  fit.is_converged = true;
  fit.notes.push_back(std::move(note));
  return fit;
}

}  // namespace

double GammaGamma::log_likelihood(const Spending& spending) const {
  const auto [n, mean] = spending;
  const double shape = p * n;
  return lgamma(shape + q) - lgamma(shape) - lgamma(q) + q * std::log(v) +
         (shape - 1) * std::log(mean) + shape * std::log(n) - (shape + q) * std::log(n * mean + v);
}

double GammaGamma::expected_mean() const {
  return without_spread ? *without_spread : p * v / (q - 1);
}

double GammaGamma::expected_mean(const Spending& spending) const {
  if (!(spending.purchases > 0)) return expected_mean();
  const double mean = std::max(0.0, spending.mean);
  if (without_spread) return mean;
  return p * (v + spending.purchases * mean) / (p * spending.purchases + q - 1);
}

double GammaGamma::draw_total(const Spending& spending, std::int64_t orders,
                              RandomStream& random) const {
  if (orders <= 0) return 0;
  const auto count = static_cast<double>(orders);
  if (without_spread) return count * expected_mean(spending);
  const double purchases = std::max(0.0, spending.purchases);
  const double total = purchases * std::max(0.0, spending.mean);
  const double nu = random.gamma(p * purchases + q) / (v + total);
  return random.gamma(p * count) / nu;
}

SpendingFit fit_gamma_gamma(const SpendingCounts& counts, ThreadPool* pool) {
  check(counts);
  SpendingFit fit;
  double amount = 0;
  double purchases = 0;
  double smallest = 0;
  double largest = 0;
  std::size_t used = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const Spending spending = counts.at(i);
    const double weight = counts.weight_at(i);
    if (!is_usable(spending)) {
      fit.left_out += weight;
      continue;
    }
    smallest = used == 0 ? spending.mean : std::min(smallest, spending.mean);
    largest = std::max(largest, spending.mean);
    amount += weight * spending.purchases * spending.mean;
    purchases += weight * spending.purchases;
    fit.customers += weight;
    ++used;
  }
  if (used == 0) {
    return without_spread(fit, 0, {"no-amounts", "No customer has paid a positive amount."});
  }
  const double unit = amount / purchases;
  if (used == 1 || largest - smallest <= 1e-9 * largest) {
    return without_spread(fit, unit,
                          {"equal-amounts",
                           "All customers pay the same on average, or there is only one: each is "
                           "expected to go on so."});
  }
  const Rows rows = rows_of(counts, unit);
  const auto maximum_with = [&](const WeakPrior& prior) {
    const LogLikelihood likelihood = [&](std::span<const double> theta,
                                         std::span<double> gradient) {
      const double value = log_likelihood_of(rows, std::exp(theta[0]), std::exp(theta[1]),
                                             std::exp(theta[2]), pool, gradient);
      return value + prior.add(theta, gradient);
    };
    Maximum maximum = refine(likelihood, start_of(rows, prior, &fit.evaluations));
    fit.evaluations += maximum.evaluations;
    return maximum;
  };
  Maximum maximum = maximum_with({});
  if (!maximum.is_determined()) {
    maximum = maximum_with({{std::log(4.0), std::log(4.0), std::log(0.75)}, fit.customers});
    fit.notes.push_back({"weak-prior",
                         "The amounts alone do not determine all parameters; a weak prior keeps "
                         "them in an ordinary range."});
  }
  const double p = std::exp(maximum.theta[0]);
  const double q = std::exp(maximum.theta[1]);
  const double v = std::exp(maximum.theta[2]);
  if (!(q > 1 + 1e-6)) {
    return without_spread(fit, unit,
                          {"no-mean",
                           "Amounts differ so much between customers that the model gives them no "
                           "mean; each customer's own is used."});
  }
  if (!maximum.is_converged) {
    fit.notes.push_back({"not-converged", "The search ended before it reached the maximum."});
  }
  fit.is_converged = maximum.is_converged;
  fit.model = GammaGamma{p, q, v * unit, {}};
  fit.parameters = {{"p", p, {}}, {"q", q, {}}, {"v", v * unit, {}}};
  for (std::size_t i = 0; i < maximum.standard_errors.size(); ++i) {
    fit.parameters[i].standard_error = fit.parameters[i].value * maximum.standard_errors[i];
  }
  std::array<double, 3> gradient{};
  // A density of amounts, not of amounts in units of their mean.
  fit.log_likelihood =
      log_likelihood_of(rows, p, q, v, pool, gradient) - fit.customers * std::log(unit);
  return fit;
}

std::vector<double> expected_means(const GammaGamma& model, const SpendingCounts& counts,
                                   ThreadPool* pool) {
  std::vector<double> result(counts.size());
  for_each_chunk(counts.size(), pool, [&](std::size_t, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) result[i] = model.expected_mean(counts.at(i));
  });
  return result;
}

std::vector<double> simulate_spending(const PurchaseModel& purchases, const GammaGamma& amounts,
                                      const PurchaseHistory& history, const Spending& spending,
                                      double t, std::size_t draws, std::uint64_t seed,
                                      std::uint64_t stream) {
  RandomStream random(seed, stream);
  std::vector<double> totals(draws);
  std::visit(
      [&](const auto& model) {
        const double alive = model.p_alive(history);
        for (double& total : totals) {
          total =
              amounts.draw_total(spending, model.draw_orders(history, alive, t, random), random);
        }
      },
      purchases);
  return totals;
}

}  // namespace ca::stats
