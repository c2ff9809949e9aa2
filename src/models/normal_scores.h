#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ca::models {

/// Durations by their ranks: each becomes the standard normal value that has the same share of all
/// below it. So a courier who was lost for a day weighs no more than the slowest of the others, and
/// means of skewed durations are as good as normal. Durations are taken by whole seconds; equal
/// ones share the middle of their ranks. Integers, so that sums do not depend on any order.
class NormalScores {
 public:
  /// Scores are integers of this many parts of a standard deviation.
  static constexpr double kUnit = 1 << 20;

  /// `longest` is the largest magnitude told apart, microseconds.
  explicit NormalScores(std::int64_t longest);

  void clear();
  void add(std::int64_t duration) {
    const std::size_t bin = bin_of(duration);
    if (counts_[bin]++ == 0) used_.push_back(static_cast<std::uint32_t>(bin));
    ++all_;
  }
  /// To be called when all are added.
  void settle();
  std::int32_t score(std::int64_t duration) const { return scores_[bin_of(duration)]; }
  /// Of one score, in standard deviations squared; 0 where all are equal.
  double variance() const { return variance_; }

 private:
  std::size_t bin_of(std::int64_t duration) const;

  std::int64_t half_;  ///< bins on each side of zero
  std::vector<std::int64_t> counts_;
  std::vector<std::int32_t> scores_;
  std::vector<std::uint32_t> used_;
  std::int64_t all_ = 0;
  double variance_ = 0;
};

}  // namespace ca::models
