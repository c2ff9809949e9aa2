#include "stats/purchase_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "base/error.h"
#include "stats/chunks.h"

namespace ca::stats {
namespace {

/// Purchases of one customer at several horizons; whether he is active is worked out once.
void expected_at(const PurchaseModel& model, const PurchaseHistory& history,
                 std::span<const double> horizons, std::span<double> orders) {
  const double x = history.frequency;
  if (const auto* bg = std::get_if<Bgnbd>(&model)) {
    const double active = bg->p_alive(history);
    const double chances = bg->may_leave_at_once ? x + 1 : x;
    for (std::size_t i = 0; i < horizons.size(); ++i) {
      orders[i] = active * orders_while_active(bg->r + x, bg->alpha + history.age, bg->a,
                                               bg->b + chances, horizons[i]);
    }
  } else if (const auto* pareto = std::get_if<Paretonbd>(&model)) {
    const double active = pareto->p_alive(history);
    const Paretonbd now{pareto->r + x, pareto->alpha + history.age, pareto->s,
                        pareto->beta + history.age};
    for (std::size_t i = 0; i < horizons.size(); ++i) {
      orders[i] = active * orders_while_active(now, horizons[i]);
    }
  } else {
    for (std::size_t i = 0; i < horizons.size(); ++i) {
      orders[i] = std::get<Nbd>(model).expected_orders(history, horizons[i]);
    }
  }
}

/// The time over which expectations bend: as functions of t they are analytic but for t below
/// -scale.
double time_scale(const PurchaseModel& model) {
  if (const auto* bg = std::get_if<Bgnbd>(&model)) return bg->alpha;
  if (const auto* pareto = std::get_if<Paretonbd>(&model)) return pareto->beta;
  return std::get<Nbd>(model).alpha;
}

/// Well-placed horizons (Chebyshev's points of u = ln(1 + t / scale)), and how the asked ones
/// are weighted sums of them.
struct Interpolation {
  std::vector<double> nodes;  ///< ascending, the first is 0 and left out: nothing is expected there
  std::vector<double> weights;  ///< a row a horizon
};

Interpolation interpolation(double scale, std::span<const double> horizons) {
  const double longest = *std::max_element(horizons.begin(), horizons.end());
  const double width = std::log1p(longest / scale);
  // In u the nearest singularity is pi from the real line: error rate^-points.
  const double half = std::max(width / 2, 1e-3);
  const double rate = std::numbers::pi / half + std::hypot(1, std::numbers::pi / half);
  const auto points = static_cast<std::size_t>(
      std::clamp(std::ceil(std::log(1e10) / std::log(rate)) + 1, 6.0, 60.0));
  std::vector<double> u(points);
  std::vector<double> barycentric(points);
  for (std::size_t j = 0; j < points; ++j) {
    const double angle =
        std::numbers::pi * static_cast<double>(j) / static_cast<double>(points - 1);
    u[j] = width * (1 - std::cos(angle)) / 2;
    barycentric[j] = (j % 2 == 0 ? 1 : -1) * (j == 0 || j + 1 == points ? 0.5 : 1);
  }
  Interpolation result;
  for (std::size_t j = 1; j < points; ++j) result.nodes.push_back(scale * std::expm1(u[j]));
  result.weights.assign(horizons.size() * (points - 1), 0);
  for (std::size_t h = 0; h < horizons.size(); ++h) {
    const double at = std::log1p(horizons[h] / scale);
    double* weights = &result.weights[h * (points - 1)];
    const auto hit = std::find(u.begin(), u.end(), at);
    if (hit != u.end()) {
      if (hit != u.begin()) weights[hit - u.begin() - 1] = 1;
      continue;
    }
    double sum = 0;
    for (std::size_t j = 0; j < points; ++j) sum += barycentric[j] / (at - u[j]);
    for (std::size_t j = 1; j < points; ++j) {
      weights[j - 1] = barycentric[j] / (at - u[j]) / sum;
    }
  }
  return result;
}

void check_horizons(std::span<const double> horizons) {
  for (const double horizon : horizons) {
    if (!(horizon >= 0 && horizon <= kLongestAge)) {
      throw Error("E-PARAM", "a horizon must be between 0 and 100,000 weeks");
    }
  }
}

/// Horizons to evaluate, and how to come from them to those asked.
class Horizons {
 public:
  Horizons(const PurchaseModel& model, std::span<const double> asked)
      : asked_(asked.begin(), asked.end()) {
    check_horizons(asked);
    if (asked.empty()) return;
    Interpolation between = interpolation(time_scale(model), asked);
    if (between.nodes.size() < asked.size()) between_ = std::move(between);
  }
  std::span<const double> evaluated() const {
    return between_.nodes.empty() ? asked_ : between_.nodes;
  }
  void to_asked(std::span<const double> evaluated, std::span<double> asked) const {
    if (between_.nodes.empty()) {
      std::copy(evaluated.begin(), evaluated.end(), asked.begin());
      return;
    }
    for (std::size_t h = 0; h < asked.size(); ++h) {
      const double* weights = &between_.weights[h * evaluated.size()];
      double sum = 0;
      for (std::size_t j = 0; j < evaluated.size(); ++j) sum += weights[j] * evaluated[j];
      asked[h] = std::max(0.0, sum);
    }
  }

 private:
  std::vector<double> asked_;
  Interpolation between_;
};

}  // namespace

std::string name_of(PurchaseModelKind kind) {
  switch (kind) {
    case PurchaseModelKind::kBgnbd: return "bgnbd";
    case PurchaseModelKind::kMbgnbd: return "mbgnbd";
    case PurchaseModelKind::kParetonbd: return "paretonbd";
    case PurchaseModelKind::kNbd: return "nbd";
  }
  return {};
}

double log_likelihood(const PurchaseModel& model, const PurchaseHistory& history) {
  return std::visit([&](const auto& one) { return one.log_likelihood(history); }, model);
}

double p_alive(const PurchaseModel& model, const PurchaseHistory& history) {
  return std::visit([&](const auto& one) { return one.p_alive(history); }, model);
}

double expected_orders(const PurchaseModel& model, double t) {
  return std::visit([&](const auto& one) { return one.expected_orders(t); }, model);
}

double expected_orders(const PurchaseModel& model, const PurchaseHistory& history, double t) {
  return std::visit([&](const auto& one) { return one.expected_orders(history, t); }, model);
}

std::vector<std::int64_t> simulate_orders(const PurchaseModel& model,
                                          const PurchaseHistory& history, double t,
                                          std::size_t draws, std::uint64_t seed,
                                          std::uint64_t stream) {
  RandomStream random(seed, stream);
  std::vector<std::int64_t> orders(draws);
  std::visit(
      [&](const auto& one) {
        const double alive = one.p_alive(history);
        for (std::int64_t& drawn : orders) drawn = one.draw_orders(history, alive, t, random);
      },
      model);
  return orders;
}

std::vector<double> p_alive(const PurchaseModel& model, const PurchaseCounts& counts,
                            ThreadPool* pool) {
  std::vector<double> result(counts.size());
  for_each_chunk(counts.size(), pool, [&](std::size_t, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) result[i] = p_alive(model, counts.at(i));
  });
  return result;
}

std::vector<double> expected_orders(const PurchaseModel& model, const PurchaseCounts& counts,
                                    double t, ThreadPool* pool) {
  check_horizons(std::span(&t, 1));
  std::vector<double> result(counts.size());
  for_each_chunk(counts.size(), pool, [&](std::size_t, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) result[i] = expected_orders(model, counts.at(i), t);
  });
  return result;
}

std::vector<double> expected_curves(const PurchaseModel& model, const PurchaseCounts& counts,
                                    std::span<const double> horizons, ThreadPool* pool) {
  const Horizons plan(model, horizons);
  std::vector<double> result(counts.size() * horizons.size());
  for_each_chunk(counts.size(), pool, [&](std::size_t, std::size_t from, std::size_t to) {
    std::vector<double> evaluated(plan.evaluated().size());
    for (std::size_t i = from; i < to; ++i) {
      expected_at(model, counts.at(i), plan.evaluated(), evaluated);
      plan.to_asked(evaluated, std::span(result).subspan(i * horizons.size(), horizons.size()));
    }
  });
  return result;
}

std::vector<double> expected_total_curve(const PurchaseModel& model, const PurchaseCounts& counts,
                                         std::span<const double> horizons,
                                         std::span<const double> factors, ThreadPool* pool) {
  if (!factors.empty() && factors.size() != counts.size()) {
    throw Error("E-PARAM", "there must be one factor a row of purchase counts");
  }
  const Horizons plan(model, horizons);
  const std::size_t points = plan.evaluated().size();
  std::vector<double> parts(chunks_of(counts.size()) * points);
  for_each_chunk(counts.size(), pool, [&](std::size_t chunk, std::size_t from, std::size_t to) {
    std::vector<double> evaluated(points);
    for (std::size_t i = from; i < to; ++i) {
      expected_at(model, counts.at(i), plan.evaluated(), evaluated);
      const double factor = factors.empty() ? counts.weight_at(i) : factors[i];
      for (std::size_t j = 0; j < points; ++j) parts[chunk * points + j] += factor * evaluated[j];
    }
  });
  std::vector<double> sums(points);
  for (std::size_t i = 0; i < parts.size(); ++i) sums[i % points] += parts[i];
  std::vector<double> result(horizons.size());
  if (points > 0) plan.to_asked(sums, result);
  return result;
}

}  // namespace ca::stats
