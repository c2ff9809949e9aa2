#pragma once

#include <span>
#include <vector>

#include "base/cancellation.h"
#include "nets/layers.h"
#include "nets/training.h"

namespace ca::nets {

/// Learns to give back rows of numbers through a bottleneck, so that what it gives back badly is
/// unlike what it has learnt: features F to ceil(F / 2) to max(1, F / 3) to ceil(F / 2) to F, tanh
/// inside, a linear output, squared error (reports.md 5.10).
class Autoencoder {
 public:
  struct Options {
    /// Of the rows a drawn share `validation_share` ends the training; there are no final epochs.
    TrainingOptions training = {.batch_rows = 128,
                                .max_epochs = 120,
                                .patience = 12,
                                .learning_rate = 1e-2,
                                .validation_share = 0.2,
                                .final_epochs = 0};
  };
  static constexpr std::size_t kLeastRows = 20;

  /// Learns from rows of `features` numbers, row after row, which the caller has standardised: mean
  /// near 0, deviation near 1. Throws Error E-TRAINING for fewer than kLeastRows, E-CANCELLED.
  static Autoencoder train(std::span<const double> rows, std::size_t features,
                           const Options& options, const Cancellation& cancellation);

  /// What it gives back for each number of the rows. One thread at a time.
  std::vector<double> reconstruct(std::span<const double> rows);

  const Training& training() const { return training_; }

 private:
  Autoencoder(std::size_t features, LayerPointer network)
      : features_(features), network_(std::move(network)) {}

  std::size_t features_;
  LayerPointer network_;
  Training training_;
};

}  // namespace ca::nets
