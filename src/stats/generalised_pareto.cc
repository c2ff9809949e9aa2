#include "stats/generalised_pareto.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "stats/compensated_sum.h"

namespace ca::stats {
namespace {

/// Shapes so near 0 are exponential: the powers would lose their digits.
constexpr double kExponential = 1e-8;
/// A tail that ends is not believed to end sooner than this says, nor one without a mean.
constexpr double kLeastShape = -0.5;
constexpr double kGreatestShape = 1;
/// Of the distance of Cramer and von Mises with fitted parameters: 1 to 2 % of samples of a
/// generalised Pareto distribution of shape -0.3 to 0.5 exceed it.
constexpr double kContradicted = 0.2;
constexpr std::array kTailShares = {0.1, 0.05, 0.025};
constexpr std::size_t kFewestInTail = 20;
constexpr double kSmallestChance = 1e-300;

double mean(std::span<const double> values) {
  CompensatedSum sum;
  for (const double value : values) sum.add(value);
  return sum.value() / static_cast<double>(values.size());
}

/// The shape that is most likely with this ratio of shape to -scale.
double shape_for(double ratio, std::span<const double> excesses) {
  CompensatedSum sum;
  for (const double excess : excesses) sum.add(std::log1p(-ratio * excess));
  return sum.value() / static_cast<double>(excesses.size());
}

}  // namespace

double GeneralisedPareto::above(double excess) const {
  if (std::abs(shape) < kExponential) return std::exp(-excess / scale);
  const double base = 1 + shape * excess / scale;
  return base <= 0 ? 0 : std::exp(-std::log(base) / shape);
}

double GeneralisedPareto::exceeded_with(double chance) const {
  if (std::abs(shape) < kExponential) return -scale * std::log(chance);
  return scale * std::expm1(-shape * std::log(chance)) / shape;
}

std::optional<GeneralisedPareto> fit_generalised_pareto(std::span<const double> excesses) {
  if (excesses.size() < kFewestExcesses) return {};
  std::vector<double> sorted(excesses.begin(), excesses.end());
  std::ranges::sort(sorted);
  const auto count = static_cast<double>(sorted.size());
  const double quartile = sorted[static_cast<std::size_t>(count / 4 + 0.5) - 1];
  const double greatest = sorted.back();
  if (!(quartile > 0) || !(greatest > quartile)) return {};

  const int steps = 20 + static_cast<int>(std::sqrt(count));
  std::vector<double> ratios;
  std::vector<double> likelihoods;
  for (int step = 0; step < steps; ++step) {
    const double ratio = 1 / greatest + (1 - std::sqrt(steps / (step + 0.5))) / (3 * quartile);
    const double shape = shape_for(ratio, sorted);
    const double likelihood = count * (std::log(-ratio / shape) - shape - 1);
    if (!std::isfinite(likelihood)) continue;
    ratios.push_back(ratio);
    likelihoods.push_back(likelihood);
  }
  if (ratios.empty()) return {};
  const double best = *std::ranges::max_element(likelihoods);
  double weights = 0;
  double sum = 0;
  for (std::size_t i = 0; i < ratios.size(); ++i) {
    const double weight = std::exp(likelihoods[i] - best);
    weights += weight;
    sum += weight * ratios[i];
  }
  const double ratio = sum / weights;
  const double shape = shape_for(ratio, sorted);
  const double scale = std::abs(shape) < kExponential ? mean(sorted) : -shape / ratio;
  if (!std::isfinite(shape) || !(scale > 0) || !std::isfinite(scale)) return {};
  return GeneralisedPareto{.shape = shape, .scale = scale};
}

double cramer_von_mises(std::span<const double> sorted, const GeneralisedPareto& curve) {
  const auto count = static_cast<double>(sorted.size());
  CompensatedSum sum;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double apart =
        1 - curve.above(sorted[i]) - (2 * static_cast<double>(i) + 1) / (2 * count);
    sum.add(apart * apart);
  }
  return 1 / (12 * count) + sum.value();
}

ScoreTail::ScoreTail(std::vector<double> scores) : sorted_(std::move(scores)) {
  std::ranges::sort(sorted_);
  if (!sorted_.empty()) fit_tail();
}

void ScoreTail::fit_tail() {
  const std::size_t count = sorted_.size();
  // With few scores the upper half of them is counted.
  const std::size_t counted = std::min(kCounted, (count + 1) / 2);
  start_ = sorted_[count - counted];
  start_chance_ = static_cast<double>(counted) / static_cast<double>(count + 1);
  for (const double share : kTailShares) {
    const auto wanted =
        std::max(kFewestInTail, static_cast<std::size_t>(share * static_cast<double>(count)));
    if (wanted > count / 4) break;
    const double below = sorted_[count - wanted - 1];
    std::vector<double> excesses;
    for (std::size_t i = count - wanted; i < count; ++i) {
      if (sorted_[i] > below) excesses.push_back(sorted_[i] - below);
    }
    const auto fitted = fit_generalised_pareto(excesses);
    if (!fitted) continue;
    const GeneralisedPareto tail{.shape = std::clamp(fitted->shape, kLeastShape, kGreatestShape),
                                 .scale = fitted->scale};
    if (cramer_von_mises(excesses, tail) > kContradicted) continue;
    if (!(tail.above(start_ - below) > 0)) continue;
    tail_ = tail;
    below_start_ = start_ - below;
    is_pareto_ = true;
    return;
  }
  // The mean excess above the last counted score is the scale of an exponential tail.
  std::vector<double> excesses;
  for (std::size_t i = count - counted; i < count; ++i) excesses.push_back(sorted_[i] - start_);
  const double scale = mean(excesses);
  is_flat_ = !(scale > 0);
  tail_ = {.shape = 0, .scale = is_flat_ ? 1 : scale};
}

double ScoreTail::p_value(double score) const {
  if (sorted_.empty()) return 1;
  if (score > start_) {
    if (is_flat_) return 1 / static_cast<double>(sorted_.size() + 1);
    const double beyond = tail_.above(score - start_ + below_start_) / tail_.above(below_start_);
    return std::max(start_chance_ * beyond, kSmallestChance);
  }
  const auto first = std::ranges::lower_bound(sorted_, score);
  const auto as_high = static_cast<double>(sorted_.end() - first);
  return std::max(as_high, 1.0) / static_cast<double>(sorted_.size() + 1);
}

std::optional<double> ScoreTail::threshold(double rate) const {
  if (sorted_.empty()) return {};
  if (rate < start_chance_) {
    if (is_flat_) return sorted_.back();
    const double within = tail_.above(below_start_) * rate / start_chance_;
    return start_ + (tail_.exceeded_with(within) - below_start_);
  }
  // Between the order statistics that one more score exceeds a little more and less often.
  const auto count = static_cast<double>(sorted_.size());
  const double place = std::clamp((count + 1) * (1 - rate) - 1, 0.0, count - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted_.size() - 1);
  return sorted_[below] + (sorted_[above] - sorted_[below]) * (place - static_cast<double>(below));
}

ScoreTail::Source ScoreTail::source_at(double rate) const {
  if (rate >= start_chance_) return Source::kCounts;
  return is_pareto_ ? Source::kPareto : Source::kExponential;
}

}  // namespace ca::stats
