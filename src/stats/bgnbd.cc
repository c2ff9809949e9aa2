#include "stats/bgnbd.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ca::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// By sum over the purchases of one who never leaves. Needs r ln(1 + y) below 700.
double orders_by_sum(double r, double y, double a, double b, double most_terms) {
  const double log_factor = std::log1p(y);
  const double z = y / (1 + y);
  double tail = -std::expm1(-r * log_factor);  // P(N > j)
  double mass = std::exp(-r * log_factor);     // P(N = j)
  double stays = 1;
  double sum = 0;
  const double rest = 1 / (1 - z);  // bounds the mean excess of N over j, given N > j, far out
  for (double j = 0; j < most_terms; ++j) {
    const double term = tail * stays;
    sum += term;
    if (term * rest < 1e-14 * sum && j > r * y) break;
    stays *= (b + j) / (a + b + j);
    mass *= z * (r + j) / (j + 1);
    tail -= mass;
    if (!(tail > 0)) break;
  }
  return sum;
}

/// By integral over the probability to leave, p = 1 / (1 + e^-w), from the mode outwards.
double orders_by_integral(double r, double y, double a, double b) {
  const double spread = std::sqrt(1 / a + 1 / b);  // of w about the mode
  const double step = std::min(0.25, 0.5 * spread);
  const double mode = std::log(a) - std::log(b);
  const auto log_density = [&](double w) {
    // a ln p + b ln(1 - p)
    return w < 0 ? a * w - (a + b) * std::log1p(std::exp(w))
                 : -b * w - (a + b) * std::log1p(std::exp(-w));
  };
  const double highest = log_density(mode);
  double density_sum = 0;
  double sum = 0;
  const auto add = [&](double w, double factor) {
    const double density = factor * std::exp(log_density(w) - highest);
    const double p = 1 / (1 + std::exp(-w));
    const double growth = r * std::log1p(p * y);
    // (1 - (1 + p y)^-r) / p, which is r y for a p so small that it would divide by nothing
    const double orders = p * y * (r + 1) < 1e-13 ? r * y : -std::expm1(-growth) / p;
    density_sum += density;
    sum += density * orders;
    return density;
  };
  constexpr double kFlat = 1e-14;
  add(mode, 1);
  for (double w = mode - step;; w -= step) {
    const double density = add(w, 1);
    const double p = std::exp(w);
    if (density < 1e-18 * density_sum) break;
    if (w < 0 && p * (1 + y) * (r + 1) < kFlat && p * (a + b) < kFlat) {
      // From here on the density falls as e^(a w) and the rest is a geometric series.
      add(w, 1 / std::expm1(a * step));
      break;
    }
  }
  for (double w = mode + step;; w += step) {
    const double density = add(w, 1);
    const double q = std::exp(-w);
    if (density < 1e-18 * density_sum) break;
    if (w > 0 && q * (r + 1) < kFlat && q * (a + b) < kFlat) {
      add(w, 1 / std::expm1(b * step));
      break;
    }
  }
  return sum / density_sum;
}

}  // namespace

double orders_while_active(double r, double alpha, double a, double b, double t) {
  if (!(t > 0)) return 0;
  constexpr double kMostTerms = 3000;
  const double y = t / alpha;
  const double mean = r * y;
  // Enough for the tail of N to fall below 1e-14 of its first value.
  const double terms = mean + 40 * std::sqrt(mean * (1 + y)) + 40 * (1 + y);
  if (r * std::log1p(y) < 700 && terms < kMostTerms) {
    return orders_by_sum(r, y, a, b, kMostTerms);
  }
  return orders_by_integral(r, y, a, b);
}

double Bgnbd::log_likelihood(const PurchaseHistory& history) const {
  const auto x = static_cast<std::size_t>(history.frequency);
  PurchaseCounts one;
  one.add(history);
  std::array<double, 4> gradient{};
  return BgnbdLikelihood(*this, x).add(one, 0, 1, gradient);
}

double Bgnbd::p_alive(const PurchaseHistory& history) const {
  const double k = chances(history.frequency);
  if (k == 0) return 1;
  const double log_odds_left =
      std::log(a / (b + k - 1)) +
      (r + history.frequency) *
          std::log1p((history.age - history.recency) / (alpha + history.recency));
  return 1 / (1 + std::exp(log_odds_left));
}

double Bgnbd::expected_orders(double t) const {
  if (!may_leave_at_once) return orders_while_active(r, alpha, a, b, t);
  return b / (a + b) * orders_while_active(r, alpha, a, b + 1, t);
}

double Bgnbd::expected_orders(const PurchaseHistory& history, double t) const {
  const double x = history.frequency;
  return p_alive(history) * orders_while_active(r + x, alpha + history.age, a, b + chances(x), t);
}

std::int64_t Bgnbd::draw_orders(const PurchaseHistory& history, double alive, double t,
                                RandomStream& random) const {
  if (random.uniform() >= alive) return 0;
  const double x = history.frequency;
  const double rate = random.gamma(r + x) / (alpha + history.age);
  const std::int64_t chances_to_buy = random.poisson(rate * t);
  if (chances_to_buy == 0) return 0;
  return std::min(chances_to_buy, random.geometric(random.beta(a, b + chances(x))));
}

PurchaseHistory Bgnbd::draw_history(double age, RandomStream& random) const {
  const double rate = random.gamma(r) / alpha;
  const double leaves = random.beta(a, b);
  PurchaseHistory history{0, 0, age};
  if (may_leave_at_once && random.uniform() < leaves) return history;
  for (double time = 0; rate > 0 && history.frequency < kMostRepeats;) {
    time += random.exponential() / rate;
    if (time > age) break;
    history.frequency += 1;
    history.recency = time;
    if (random.uniform() < leaves) break;
  }
  return history;
}

BgnbdLikelihood::BgnbdLikelihood(const Bgnbd& model, std::size_t most_repeats)
    : model_(model),
      repeats_(model.r, most_repeats),
      stays_(most_repeats + 2),
      stays_by_a_(most_repeats + 2),
      stays_by_b_(most_repeats + 2) {
  for (std::size_t i = 0; i + 1 < stays_.size(); ++i) {
    const double b = model.b + static_cast<double>(i);
    stays_[i + 1] = stays_[i] - std::log1p(model.a / b);
    stays_by_a_[i + 1] = stays_by_a_[i] - 1 / (model.a + b);
    stays_by_b_[i + 1] = stays_by_b_[i] + model.a / (b * (model.a + b));
  }
}

double BgnbdLikelihood::add(const PurchaseCounts& counts, std::size_t from, std::size_t to,
                            std::span<double> gradient) const {
  const auto [r, alpha, a, b, may_leave_at_once] = model_;
  const double log_alpha = std::log(alpha);
  const double log_a = std::log(a);
  double sum = 0;
  double by_r = 0;
  double by_alpha = 0;
  double by_a = 0;
  double by_b = 0;
  for (std::size_t i = from; i < to; ++i) {
    const auto x = static_cast<std::size_t>(counts.frequency[i]);
    const std::size_t k = may_leave_at_once ? x + 1 : x;
    const double weight = counts.weight_at(i);
    const double shape = r + counts.frequency[i];
    const double until_end = alpha + counts.age[i];
    const double until_last = alpha + counts.recency[i];
    const double log_end = std::log(until_end);
    const double log_last = std::log(until_last);
    const double last_chance = b + static_cast<double>(k) - 1;
    const double active = -shape * log_end;
    const double left = k > 0 ? log_a - std::log(last_chance) - shape * log_last : -kInfinity;
    const auto [either, w] = log_sum(active, left);
    sum += weight * (repeats_.log(x) + r * log_alpha + stays_[k] + either);
    by_r += weight * (repeats_.derivative(x) + log_alpha - (1 - w) * log_end - w * log_last);
    by_alpha += weight * (r / alpha - shape * ((1 - w) / until_end + w / until_last));
    by_a += weight * (stays_by_a_[k] + w / a);
    if (k > 0) by_b += weight * (stays_by_b_[k] - w / last_chance);
  }
  gradient[0] += r * by_r;
  gradient[1] += alpha * by_alpha;
  gradient[2] += a * by_a;
  gradient[3] += b * by_b;
  return sum;
}

}  // namespace ca::stats
