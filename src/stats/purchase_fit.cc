// fit_purchase_model of purchase_model.h: starts, the search, and what to do where it fails.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/chunks.h"
#include "stats/maximum_likelihood.h"
#include "stats/purchase_model.h"

namespace ca::stats {
namespace {

using Kind = PurchaseModelKind;

/// Sums over customers from which starts and priors are made.
struct Totals {
  double customers = 0;
  double repeats = 0;
  double weeks = 0;
  std::size_t most_repeats = 0;

  explicit Totals(const PurchaseCounts& counts) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double weight = counts.weight_at(i);
      customers += weight;
      repeats += weight * counts.frequency[i];
      weeks += weight * counts.age[i];
      most_repeats = std::max(most_repeats, static_cast<std::size_t>(counts.frequency[i]));
    }
  }
  double rate() const { return repeats / weeks; }
  double mean_age() const { return weeks / customers; }
};

PurchaseModel model_of(Kind kind, std::span<const double> theta) {
  std::array<double, 4> p{};
  for (std::size_t i = 0; i < theta.size(); ++i) p[i] = std::exp(theta[i]);
  switch (kind) {
    case Kind::kBgnbd: return Bgnbd{p[0], p[1], p[2], p[3], false};
    case Kind::kMbgnbd: return Bgnbd{p[0], p[1], p[2], p[3], true};
    case Kind::kParetonbd: return Paretonbd{p[0], p[1], p[2], p[3]};
    case Kind::kNbd: return Nbd{p[0], p[1]};
  }
  return Nbd{};
}

std::vector<std::string> names_of(Kind kind) {
  if (kind == Kind::kNbd) return {"r", "alpha"};
  if (kind == Kind::kParetonbd) return {"r", "alpha", "s", "beta"};
  return {"r", "alpha", "a", "b"};
}

template <typename Rows>
double sum_over_chunks(const Rows& rows, const PurchaseCounts& counts, ThreadPool* pool,
                       std::span<double> gradient) {
  constexpr std::size_t kParts = Rows::kParameters + 1;
  std::vector<std::array<double, kParts>> parts(chunks_of(counts.size()));
  for_each_chunk(counts.size(), pool, [&](std::size_t chunk, std::size_t from, std::size_t to) {
    std::array<double, kParts> part{};
    part[0] = rows.add(counts, from, to, std::span(part).subspan(1));
    parts[chunk] = part;
  });
  double sum = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (const auto& part : parts) {
    sum += part[0];
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += part[i + 1];
  }
  return sum;
}

WeakPrior weak_prior(Kind kind, const Totals& totals) {
  const double log_gap = -std::log(totals.rate());
  if (kind == Kind::kNbd) return {{0, log_gap}, totals.customers};
  if (kind == Kind::kParetonbd)
    return {{0, log_gap, 0, std::log(totals.mean_age())}, totals.customers};
  return {{0, log_gap, 0, std::log(3.0)}, totals.customers};
}

std::vector<std::vector<double>> starts(Kind kind, const Totals& totals) {
  const double gap = 1 / totals.rate();
  const double age = totals.mean_age();
  std::vector<std::vector<double>> result;
  if (kind == Kind::kNbd) {
    result = {{.5, .5 * gap}, {4, 4 * gap}};
  } else if (kind == Kind::kParetonbd) {
    result = {{.5, .4 * gap, .6, age}, {1, .7 * gap, 1, .5 * age}, {3, 2 * gap, .3, age}};
  } else {
    result = {{.3, .2 * gap, .8, 2.5}, {1, .7 * gap, .3, 2}, {3, 2 * gap, 2, 8}};
  }
  for (auto& start : result) {
    for (double& value : start) value = std::clamp(std::log(value), -kWidest / 2, kWidest / 2);
  }
  return result;
}

/// Every so many rows, enough for a start close to the maximum of all.
PurchaseCounts thinned(const PurchaseCounts& counts) {
  constexpr std::size_t kEnough = 2500;
  const std::size_t stride = counts.size() / kEnough;
  if (stride < 3) return {};
  PurchaseCounts rows;
  for (std::size_t i = stride / 2; i < counts.size(); i += stride) {
    rows.frequency.push_back(counts.frequency[i]);
    rows.recency.push_back(counts.recency[i]);
    rows.age.push_back(counts.age[i]);
    rows.weight.push_back(counts.weight_at(i));
  }
  return rows;
}

/// Fits one kind to one set of customers.
class Fitting {
 public:
  Fitting(const PurchaseCounts& counts, const Totals& totals, ThreadPool* pool)
      : counts_(counts), totals_(totals), pool_(pool), thin_(thinned(counts)) {}

  Maximum fit(Kind kind, const WeakPrior& prior) {
    // Where the thinned customers are too few to say anything, starts are tried on all.
    const bool use_thin = thin_.size() > 0 && Totals(thin_).repeats > 200;
    const LogLikelihood all = likelihood(kind, counts_, prior);
    const LogLikelihood first = use_thin ? likelihood(kind, thin_, prior) : all;
    std::vector<double> best;
    double best_value = 0;
    for (const auto& start : starts(kind, totals_)) {
      std::vector<double> reached = climb(first, start, &evaluations_);
      std::vector<double> gradient(reached.size());
      const double value = first(reached, gradient);
      if (best.empty() || value > best_value) {
        best = std::move(reached);
        best_value = value;
      }
    }
    Maximum maximum = refine(all, best);
    if (use_thin && !maximum.is_determined()) {
      evaluations_ += maximum.evaluations;
      maximum = refine(all, climb(all, maximum.theta, &evaluations_));
    }
    evaluations_ += maximum.evaluations;
    return maximum;
  }

  double log_likelihood(Kind kind, std::span<const double> theta) const {
    std::vector<double> gradient(theta.size());
    return likelihood(kind, counts_, {})(theta, gradient);
  }

  int evaluations() const { return evaluations_; }

 private:
  LogLikelihood likelihood(Kind kind, const PurchaseCounts& counts, WeakPrior prior) const {
    return [&counts, kind, prior = std::move(prior), pool = pool_, most = totals_.most_repeats](
               std::span<const double> theta, std::span<double> gradient) {
      const PurchaseModel model = model_of(kind, theta);
      double sum = 0;
      if (const auto* bg = std::get_if<Bgnbd>(&model)) {
        sum = sum_over_chunks(BgnbdLikelihood(*bg, most), counts, pool, gradient);
      } else if (const auto* pareto = std::get_if<Paretonbd>(&model)) {
        sum = sum_over_chunks(ParetonbdLikelihood(*pareto, most), counts, pool, gradient);
      } else {
        sum = sum_over_chunks(NbdLikelihood(std::get<Nbd>(model), most), counts, pool, gradient);
      }
      return sum + prior.add(theta, gradient);
    };
  }

  const PurchaseCounts& counts_;
  const Totals& totals_;
  ThreadPool* pool_;
  PurchaseCounts thin_;
  int evaluations_ = 0;
};

PurchaseFit without_search(PurchaseFit fit, const Nbd& model, Note note) {
  fit.kind = Kind::kNbd;
  fit.model = model;
  fit.parameters = {{"r", model.r, {}}, {"alpha", model.alpha, {}}};
  fit.is_converged = true;
  fit.notes.push_back(std::move(note));
  return fit;
}

}  // namespace

PurchaseFit fit_purchase_model(PurchaseModelKind kind, const PurchaseCounts& counts,
                               ThreadPool* pool) {
  check(counts);
  const Totals totals(counts);
  PurchaseFit fit;
  fit.asked = fit.kind = kind;
  fit.customers = totals.customers;
  if (counts.size() == 0) {
    return without_search(fit, Nbd{}, {"no-customers", "There are no customers to learn from."});
  }
  if (!(totals.weeks > 0)) {
    return without_search(fit, Nbd{},
                          {"no-time",
                           "All customers bought for the first time on the last day, so that no "
                           "repeat purchase could have been seen; none is expected."});
  }
  if (totals.repeats == 0) {
    const double bound = -std::log(0.05) / totals.weeks;
    fit.rate_upper_bound = bound;
    const Nbd model{0.5, totals.weeks};
    fit.log_likelihood = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      fit.log_likelihood += counts.weight_at(i) * model.log_likelihood(counts.at(i));
    }
    return without_search(
        fit, model,
        {"no-repeats",
         fmt::format("Nobody bought a second time in {:.6g} customer-weeks: the rate is taken as "
                     "half a purchase in this time, and is below {:.3g} a week with 95 % "
                     "confidence.",
                     totals.weeks, bound)});
  }

  Fitting fitting(counts, totals, pool);
  Maximum maximum = fitting.fit(kind, {});
  if (!maximum.is_determined()) {
    constexpr double kSameLikelihood = 0.01;
    Maximum staying;
    if (kind != Kind::kNbd) {
      staying = fitting.fit(Kind::kNbd, {});
      if (maximum.value < staying.value + kSameLikelihood) {
        fit.kind = Kind::kNbd;
        maximum = staying;
        fit.notes.push_back({"no-leaving",
                             "Nothing in the purchases says that customers leave, so the model "
                             "without leaving (NBD) is used."});
      }
    }
    if (!maximum.is_determined()) {
      maximum = fitting.fit(fit.kind, weak_prior(fit.kind, totals));
      fit.notes.push_back({"weak-prior",
                           "The purchases alone do not determine all parameters; a weak prior "
                           "keeps them in an ordinary range."});
    }
  }
  if (!maximum.is_converged) {
    fit.notes.push_back({"not-converged", "The search ended before it reached the maximum."});
  }
  fit.model = model_of(fit.kind, maximum.theta);
  fit.is_converged = maximum.is_converged;
  fit.evaluations = fitting.evaluations();
  fit.log_likelihood = fitting.log_likelihood(fit.kind, maximum.theta);
  const auto names = names_of(fit.kind);
  for (std::size_t i = 0; i < names.size(); ++i) {
    Parameter parameter{names[i], std::exp(maximum.theta[i]), {}};
    // Delta method: the error of a logarithm is relative.
    if (!maximum.standard_errors.empty()) {
      parameter.standard_error = parameter.value * maximum.standard_errors[i];
    }
    fit.parameters.push_back(std::move(parameter));
  }
  return fit;
}

}  // namespace ca::stats
