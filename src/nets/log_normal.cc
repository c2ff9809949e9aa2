#include "nets/log_normal.h"

#include <algorithm>
#include <cmath>

namespace ca::nets {
namespace {

constexpr double kLogRootTwoPi = 0.91893853320467274178;
constexpr double kMostLogit = 15;     // none stays between 3e-7 and 1 - 3e-7
constexpr double kLeastSigma = 0.05;  // gaps of whole days leave no density to be sharper
constexpr double kSoftplusAtOne = 0.54132485461291806;  // softplus of it is 1

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The outputs and what the slopes need of them.
struct Opened {
  double logit;
  double logit_slope;  // 0 where the logit is held
  MaybeLogNormal of;
  double sigma_slope;

  Opened(const Head& head, const float* outputs) {
    const double raw = outputs[0];
    logit = std::clamp(raw, -kMostLogit, kMostLogit);
    logit_slope = logit == raw ? 1 : 0;
    const double wide = outputs[2] + kSoftplusAtOne;
    of.none = sigmoid(logit);
    of.mu = head.mean + head.deviation * outputs[1];
    of.sigma = kLeastSigma + head.deviation * softplus(wide);
    sigma_slope = head.deviation * sigmoid(wide);
  }

  double log_none() const { return -softplus(-logit); }
  double log_some() const { return -softplus(logit); }
};

void add(float* slopes, const Head& head, const Opened& at, double weight, double by_logit,
         double by_mu, double by_sigma) {
  slopes[0] += static_cast<float>(weight * by_logit * at.logit_slope);
  slopes[1] += static_cast<float>(weight * by_mu * head.deviation);
  slopes[2] += static_cast<float>(weight * by_sigma * at.sigma_slope);
}

}  // namespace

double log_tail(double z) {
  if (z < 10) return std::log(0.5 * std::erfc(z * M_SQRT1_2));
  // Abramowitz and Stegun 26.2.12; the next term is below 1e-7.
  const double square = 1 / (z * z);
  const double series = 1 - square * (1 - 3 * square * (1 - 5 * square * (1 - 7 * square)));
  return -0.5 * z * z - kLogRootTwoPi - std::log(z) + std::log(series);
}

double log_survival(const MaybeLogNormal& of, double x) {
  if (x <= 0) return 0;
  return log_tail((std::log(x) - of.mu) / of.sigma);
}

void Head::save(Model& model) const {
  model.scalars.emplace_back("head.mean", mean);
  model.scalars.emplace_back("head.deviation", deviation);
}

Head Head::of(const Model& model) {
  return {model.scalar("head.mean"), model.positive("head.deviation")};
}

MaybeLogNormal Head::operator()(const float* outputs) const { return Opened(*this, outputs).of; }

double Head::of_value(const float* outputs, double x, double weight, float* slopes) const {
  const Opened at(*this, outputs);
  const double log_x = std::log(x);
  const double z = (log_x - at.of.mu) / at.of.sigma;
  add(slopes, *this, at, weight, at.of.none, -z / at.of.sigma, (1 - z * z) / at.of.sigma);
  return -at.log_some() + log_x + std::log(at.of.sigma) + kLogRootTwoPi + 0.5 * z * z;
}

double Head::of_none(const float* outputs, double weight, float* slopes) const {
  const Opened at(*this, outputs);
  add(slopes, *this, at, weight, at.of.none - 1, 0, 0);
  return -at.log_none();
}

double Head::of_open(const float* outputs, double x, double weight, float* slopes) const {
  if (x <= 0) return 0;
  const Opened at(*this, outputs);
  const double z = (std::log(x) - at.of.mu) / at.of.sigma;
  const double gone = at.log_none();
  const double waits = at.log_some() + log_tail(z);
  const double larger = std::max(gone, waits);
  const double log_open = larger + std::log1p(std::exp(std::min(gone, waits) - larger));
  // The share of the waiting, given that it is open; and the normal's hazard at z.
  const double waiting = std::exp(waits - log_open);
  const double hazard = std::exp(-0.5 * z * z - kLogRootTwoPi - log_tail(z));
  const double by_mu = -waiting * hazard / at.of.sigma;
  add(slopes, *this, at, weight, at.of.none - (1 - waiting), by_mu, by_mu * z);
  return -log_open;
}

}  // namespace ca::nets
