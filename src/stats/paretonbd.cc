#include "stats/paretonbd.h"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "stats/nbd.h"

namespace ca::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Nodes in (0, 1) and weights that add up to 1.
struct Rule {
  std::vector<double> node;
  std::vector<double> weight;
};

template <unsigned N>
Rule gauss_legendre() {
  Rule rule;
  using Gauss = boost::math::quadrature::gauss<double, N>;
  for (std::size_t i = 0; i < Gauss::abscissa().size(); ++i) {
    for (const double sign : {-1.0, 1.0}) {
      rule.node.push_back((1 + sign * Gauss::abscissa()[i]) / 2);
      rule.weight.push_back(Gauss::weights()[i] / 2);
    }
  }
  return rule;
}

/// s times the integral over tau from t_x to T of (alpha + tau)^-p (beta + tau)^-(s + 1), and means
/// of ln and reciprocal of (alpha + tau), (beta + tau) under this integrand.
struct Left {
  double log_value = -kInfinity;
  double log_alpha = 0, inverse_alpha = 0, log_beta = 0, inverse_beta = 0;
};

/// Stretches of ln(min(alpha, beta) + tau) longer than this are divided: the integrand's nearest
/// singularity is pi away from the real line.
constexpr double kLongestPanel = 10;

Left left_before_end(const Paretonbd& model, const PurchaseHistory& history) {
  static const Rule kRules[] = {gauss_legendre<8>(), gauss_legendre<16>(), gauss_legendre<32>()};
  if (!(history.age > history.recency)) return {};
  const double p = model.r + history.frequency;
  const double q = model.s + 1;
  const bool alpha_is_less = model.alpha <= model.beta;
  const double less = alpha_is_less ? model.alpha : model.beta;
  const double difference = std::abs(model.alpha - model.beta);
  const double near = alpha_is_less ? p : q;
  const double far = alpha_is_less ? q : p;
  // With e^y = (less + tau) / (less + t_x) the integrand is e^-g(y), and g' rises with y.
  const double start = less + history.recency;
  const double far_start = difference + start;
  const double full = std::log1p((history.age - history.recency) / start);
  const double slope = near - 1 + far * (start / far_start);
  constexpr double kNegligible = 37;  // e^-37 is what a double cannot see beside 1
  const auto exponent = [&](double y) {
    return (near - 1) * y + far * std::log((difference + start * std::exp(y)) / far_start);
  };
  double length = slope * full > kNegligible ? kNegligible / slope : full;
  double range = exponent(length);
  for (double below = 0; range > 2 * kNegligible;) {
    const double middle = (below + length) / 2;
    const double reached = exponent(middle);
    (reached < kNegligible ? below : length) = middle;
    if (reached >= kNegligible) range = reached;
  }
  const Rule& rule = range < 4 && length < 1.5  ? kRules[0]
                     : range < 12 && length < 5 ? kRules[1]
                                                : kRules[2];
  const double panels = std::ceil(length / kLongestPanel);
  const double width = length / panels;
  const double log_start = std::log(start);
  const double log_far_start = std::log(far_start);
  double sum = 0;
  double log_near = 0;
  double inverse_near = 0;
  double log_far = 0;
  double inverse_far = 0;
  for (double panel = 0; panel < panels; ++panel) {
    for (std::size_t i = 0; i < rule.node.size(); ++i) {
      const double y = width * (panel + rule.node[i]);
      const double near_time = start * std::exp(y);
      const double far_time = difference + near_time;
      const double log_far_time = std::log(far_time);
      const double f =
          rule.weight[i] * std::exp(-(near - 1) * y - far * (log_far_time - log_far_start));
      sum += f;
      log_near += f * y;
      inverse_near += f / near_time;
      log_far += f * log_far_time;
      inverse_far += f / far_time;
    }
  }
  Left left;
  left.log_value =
      std::log(model.s) + std::log(sum * width) - (near - 1) * log_start - far * log_far_start;
  left.log_alpha = log_start + log_near / sum;
  left.inverse_alpha = inverse_near / sum;
  left.log_beta = log_far / sum;
  left.inverse_beta = inverse_far / sum;
  if (!alpha_is_less) {
    std::swap(left.log_alpha, left.log_beta);
    std::swap(left.inverse_alpha, left.inverse_beta);
  }
  return left;
}

}  // namespace

double orders_while_active(const Paretonbd& model, double t) {
  const auto [r, alpha, s, beta] = model;
  if (!(t > 0)) return 0;
  const double growth = std::log1p(t / beta);
  // beta (1 - e^-((s - 1) growth)) / (s - 1), which is beta growth at s = 1
  const double exponent = (s - 1) * growth;
  const double ratio = std::abs(exponent) < 1e-300 ? 1 : -std::expm1(-exponent) / exponent;
  return r / alpha * (beta * growth) * ratio;
}

double Paretonbd::log_likelihood(const PurchaseHistory& history) const {
  PurchaseCounts one;
  one.add(history);
  std::array<double, 4> gradient{};
  return ParetonbdLikelihood(*this, static_cast<std::size_t>(history.frequency))
      .add(one, 0, 1, gradient);
}

double Paretonbd::p_alive(const PurchaseHistory& history) const {
  const double active =
      -(r + history.frequency) * std::log(alpha + history.age) - s * std::log(beta + history.age);
  return 1 / (1 + std::exp(left_before_end(*this, history).log_value - active));
}

double Paretonbd::expected_orders(double t) const { return orders_while_active(*this, t); }

double Paretonbd::expected_orders(const PurchaseHistory& history, double t) const {
  const Paretonbd now{r + history.frequency, alpha + history.age, s, beta + history.age};
  return p_alive(history) * orders_while_active(now, t);
}

std::int64_t Paretonbd::draw_orders(const PurchaseHistory& history, double alive, double t,
                                    RandomStream& random) const {
  if (random.uniform() >= alive) return 0;
  const double rate = random.gamma(r + history.frequency) / (alpha + history.age);
  const double leaving = random.gamma(s) / (beta + history.age);
  const double lifetime = leaving > 0 ? random.exponential() / leaving : kInfinity;
  return random.poisson(rate * std::min(t, lifetime));
}

PurchaseHistory Paretonbd::draw_history(double age, RandomStream& random) const {
  const double rate = random.gamma(r) / alpha;
  const double leaving = random.gamma(s) / beta;
  const double lifetime = leaving > 0 ? random.exponential() / leaving : kInfinity;
  return stats::draw_history(rate, lifetime, age, random);
}

ParetonbdLikelihood::ParetonbdLikelihood(const Paretonbd& model, std::size_t most_repeats)
    : model_(model), repeats_(model.r, most_repeats) {}

double ParetonbdLikelihood::add(const PurchaseCounts& counts, std::size_t from, std::size_t to,
                                std::span<double> gradient) const {
  const auto [r, alpha, s, beta] = model_;
  const double log_alpha = std::log(alpha);
  const double log_beta = std::log(beta);
  double sum = 0;
  double by_r = 0;
  double by_alpha = 0;
  double by_s = 0;
  double by_beta = 0;
  for (std::size_t i = from; i < to; ++i) {
    const PurchaseHistory history = counts.at(i);
    const auto x = static_cast<std::size_t>(history.frequency);
    const double weight = counts.weight_at(i);
    const double shape = r + history.frequency;
    const double alpha_end = alpha + history.age;
    const double beta_end = beta + history.age;
    const double log_alpha_end = std::log(alpha_end);
    const double log_beta_end = std::log(beta_end);
    const Left left = left_before_end(model_, history);
    const auto [either, w] = log_sum(-shape * log_alpha_end - s * log_beta_end, left.log_value);
    const double active = 1 - w;
    sum += weight * (repeats_.log(x) + r * log_alpha + s * log_beta + either);
    by_r +=
        weight * (repeats_.derivative(x) + log_alpha - active * log_alpha_end - w * left.log_alpha);
    by_alpha += weight * (r / alpha - shape * (active / alpha_end + w * left.inverse_alpha));
    by_s += weight * (log_beta - active * log_beta_end + w * (1 / s - left.log_beta));
    by_beta += weight * (s / beta - active * s / beta_end - w * (s + 1) * left.inverse_beta);
  }
  gradient[0] += r * by_r;
  gradient[1] += alpha * by_alpha;
  gradient[2] += s * by_s;
  gradient[3] += beta * by_beta;
  return sum;
}

}  // namespace ca::stats
