#include "stats/nbd.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ca::stats {

double Nbd::log_likelihood(const PurchaseHistory& history) const {
  if (r == 0 && history.frequency == 0) return 0;
  PurchaseCounts one;
  one.add(history);
  std::array<double, 2> gradient{};
  return NbdLikelihood(*this, static_cast<std::size_t>(history.frequency)).add(one, 0, 1, gradient);
}

std::int64_t Nbd::draw_orders(const PurchaseHistory& history, double /*alive*/, double t,
                              RandomStream& random) const {
  const double shape = r + history.frequency;
  if (shape == 0) return 0;
  return random.poisson(random.gamma(shape) / (alpha + history.age) * t);
}

PurchaseHistory draw_history(double rate, double lifetime, double age, RandomStream& random) {
  PurchaseHistory history{0, 0, age};
  for (double time = 0; rate > 0 && history.frequency < kMostRepeats;) {
    time += random.exponential() / rate;
    if (time > std::min(age, lifetime)) break;
    history.frequency += 1;
    history.recency = time;
  }
  return history;
}

PurchaseHistory Nbd::draw_history(double age, RandomStream& random) const {
  return stats::draw_history(r > 0 ? random.gamma(r) / alpha : 0, age, age, random);
}

NbdLikelihood::NbdLikelihood(const Nbd& model, std::size_t most_repeats)
    : model_(model), repeats_(model.r, most_repeats) {}

double NbdLikelihood::add(const PurchaseCounts& counts, std::size_t from, std::size_t to,
                          std::span<double> gradient) const {
  const auto [r, alpha] = model_;
  const double log_alpha = std::log(alpha);
  double sum = 0;
  double by_r = 0;
  double by_alpha = 0;
  for (std::size_t i = from; i < to; ++i) {
    const auto x = static_cast<std::size_t>(counts.frequency[i]);
    const double weight = counts.weight_at(i);
    const double shape = r + counts.frequency[i];
    const double until_end = alpha + counts.age[i];
    const double log_end = std::log(until_end);
    sum += weight * (repeats_.log(x) + r * log_alpha - shape * log_end);
    by_r += weight * (repeats_.derivative(x) + log_alpha - log_end);
    by_alpha += weight * (r / alpha - shape / until_end);
  }
  gradient[0] += r * by_r;
  gradient[1] += alpha * by_alpha;
  return sum;
}

}  // namespace ca::stats
