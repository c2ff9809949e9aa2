#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace ca::stats {

/// How far values lie above a high threshold (Pickands 1975): the chance of an excess above x is
/// (1 + shape x / scale)^(-1 / shape), of shape 0 exp(-x / scale). A positive shape is a heavy
/// tail, a negative one ends at -scale / shape.
struct GeneralisedPareto {
  double shape = 0;
  double scale = 1;  ///< > 0, in the unit of the excesses

  /// The chance of an excess above `excess` >= 0.
  double above(double excess) const;
  /// The excess that is exceeded with this chance, above 0 and at most 1.
  double exceeded_with(double chance) const;
};

/// Fitted to excesses > 0 by the mean over a likelihood of Zhang and Stephens (2009), which exists
/// for every sample and is nearly as sharp as maximum likelihood. Missing where fewer than
/// kFewestExcesses are given, or all but a few are equal.
std::optional<GeneralisedPareto> fit_generalised_pareto(std::span<const double> excesses);

inline constexpr std::size_t kFewestExcesses = 15;

/// The squared distance of Cramer and von Mises between excesses in ascending order and the curve.
double cramer_von_mises(std::span<const double> sorted, const GeneralisedPareto& curve);

/// How often a score as high as this occurs where nothing is wrong, learnt from scores of points
/// that helped neither the model that scored them nor each other (out-of-fold scores, or those of
/// other days). Higher is stranger.
///
/// Where kCounted or more of the scores are as high, they are counted, which is right on average
/// for every distribution; beyond, a generalised Pareto tail fitted to the highest 10, 5 or 2.5 %
/// (the first of these it does not contradict) continues the count, without a step. Where none can
/// be fitted, an exponential tail does: fewer than 80 scores, or lumps such as those of small
/// counts.
class ScoreTail {
 public:
  /// Where a chance comes from.
  enum class Source : unsigned char { kCounts, kPareto, kExponential };

  static constexpr std::size_t kCounted = 10;

  /// Scores are finite and within 1e100 of 0; there may be none.
  explicit ScoreTail(std::vector<double> scores);

  std::size_t size() const { return sorted_.size(); }
  /// The chance that one more score is at least so high: above 0, at most 1, never rising with the
  /// score. Without any scores 1.
  double p_value(double score) const;
  /// Scores above it are alarms that false ones make with this chance, 0 < rate < 1. Missing
  /// without any scores.
  std::optional<double> threshold(double rate) const;
  /// What the threshold of that rate rests on.
  Source source_at(double rate) const;

 private:
  void fit_tail();

  std::vector<double> sorted_;
  double start_ = 0;         ///< scores above it follow the tail: the last that is counted
  double start_chance_ = 1;  ///< of a score at least as high
  double below_start_ = 0;   ///< how far the fitted tail begins below `start_`
  GeneralisedPareto tail_;
  bool is_pareto_ = false;
  bool is_flat_ = false;  ///< nothing above `start_` says how the tail goes on
};

}  // namespace ca::stats
