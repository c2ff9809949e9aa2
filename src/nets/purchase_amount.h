#pragma once

#include <vector>

#include "base/cancellation.h"
#include "base/thread_pool.h"
#include "nets/histories.h"
#include "nets/log_normal.h"
#include "nets/model_file.h"
#include "nets/training.h"

namespace ca::nets {

/// What everybody's next purchase is worth, customers in the order in which they were given, in
/// the currency of their histories. Who has not bought has none = 1 and is expected to spend 0.
struct NextAmounts {
  std::vector<MaybeLogNormal> amounts;  // `none`: the amount is 0
  /// (1 - none) exp(mu + sigma^2 / 2), the exponential at most the amount that one in a thousand of
  /// those that were learnt from exceeded: a log-normal's mean lives from a tail nobody has seen.
  std::vector<double> expected;
};

/// A convolution over a customer's last purchases, batch normalisation, max pooling and an LSTM,
/// with a zero-inflated log-normal amount as its answer (reports.md 5.8). Learnt from true earlier
/// purchases (teacher forcing), each but the first once or, where there are more, a sample. A value
/// type.
class PurchaseAmount {
 public:
  struct Options {
    std::size_t window = 12;  // purchases, a multiple of `pool`, at most 64
    std::size_t filters = 16;
    std::size_t filter_width = 3;
    std::size_t pool = 2;
    std::size_t units = 32;
    double dropout = 0.1;
    /// Amounts that an epoch learns; a third of it validates.
    std::size_t max_targets = 30'000;
    TrainingOptions training;
  };

  /// Learns from purchases up to `end`. Amounts of the validation window validate, those before are
  /// learnt; then all. Throws Error E-TRAINING (fewer than kLeastAmounts positive ones, or none to
  /// validate), E-CANCELLED.
  static PurchaseAmount train(const Histories& histories, double end, const Options& options,
                              const Cancellation& cancellation, const OnEpoch& on_epoch = {});
  static constexpr std::size_t kLeastAmounts = 50;

  /// From what save() gave. Throws Error E-MODEL for anything else.
  static PurchaseAmount of(const Model& model);
  Model save(std::string made_from) const;

  /// As of the day `as_of`, of which purchases are known.
  NextAmounts predict(const Histories& histories, double as_of, ThreadPool& pool,
                      const Cancellation& cancellation) const;

  /// How it was learnt; empty after of().
  const Training& training() const { return training_; }

 private:
  Options shape_;  // without its training
  Scaling scaling_;
  Head head_;
  double most_ = 0;
  Weights weights_;
  Training training_;
};

}  // namespace ca::nets
