#pragma once

#include <span>
#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "nets/histories.h"
#include "nets/log_normal.h"
#include "nets/model_file.h"
#include "nets/training.h"

namespace ca::nets {

/// When everybody buys again, customers in the order in which they were given. Who has not bought
/// has none = 1, is not alive and is expected to buy nothing.
struct NextPurchases {
  /// Days from the last purchase to the next one, `none`: it was the last. The day is not
  /// considered on which we look.
  std::vector<MaybeLogNormal> gaps;
  /// P(buys again), given the silence since the last purchase.
  std::vector<double> alive;
  /// Expected purchases within each horizon from the day on which we look; a customer's horizons
  /// side by side.
  std::vector<double> expected;
};

/// An LSTM over a customer's last purchases, with a zero-inflated log-normal gap as its answer
/// (reports.md 5.8). Each gap is learnt, the last one of each customer as not ended yet: without
/// those, only people who come back would be learnt from. Every step of a window is asked for the
/// gap that follows it and sees nothing later; each gap is learnt once. A value type.
class NextPurchase {
 public:
  struct Options {
    std::size_t window = 12;  // purchases, 2 to 64
    std::size_t units = 32;
    double dropout = 0.1;
    TrainingOptions training;
  };

  /// Learns from purchases up to `end`, until when everybody is looked at. The validation loss is
  /// that of what happened in its window given what was known before it; then all is learnt. Throws
  /// Error E-TRAINING (fewer than kLeastGaps gaps), E-CANCELLED.
  static NextPurchase train(const Histories& histories, double end, const Options& options,
                            const Cancellation& cancellation, const OnEpoch& on_epoch = {});
  static constexpr std::size_t kLeastGaps = 50;

  /// From what save() gave. Throws Error E-MODEL for anything else.
  static NextPurchase of(const Model& model);
  Model save(std::string made_from) const;

  /// As of the day `as_of`, of which purchases are known. `horizons` in days, ascending. Memory: 5
  /// doubles a customer, and one a horizon.
  NextPurchases predict(const Histories& histories, double as_of, std::span<const double> horizons,
                        ThreadPool& pool, const Cancellation& cancellation) const;

  /// How it was learnt; empty after of().
  const Training& training() const { return training_; }

 private:
  std::size_t window_ = 0;
  std::size_t units_ = 0;
  Scaling scaling_;
  Head head_;
  Weights weights_;
  Training training_;
};

}  // namespace ca::nets
