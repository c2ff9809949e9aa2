#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "nets/histories.h"
#include "nets/layers.h"

namespace ca::nets {

struct TrainingOptions {
  std::uint64_t seed = 1;
  /// Of more customers a sample is learnt from.
  std::size_t max_customers = 10'000;
  std::size_t batch_rows = 128;
  std::size_t max_epochs = 40;
  /// Epochs without a validation loss that is better by more than 0.0001 after which training ends;
  /// after a third of them the learning rate is halved.
  std::size_t patience = 6;
  double learning_rate = 4e-3;
  double clip_norm = 1;
  /// The last part of the days from the first purchase to the end of data: what happens there
  /// validates and is not learnt from.
  double validation_share = 0.15;
  /// Then so many epochs learn from everything, the validation window too, with a quarter of the
  /// learning rate: the newest days say most about the next ones. 0: the weights stay those of the
  /// best epoch.
  std::size_t final_epochs = 3;
};

/// Losses are negative log-likelihoods a target.
struct Epoch {
  std::size_t number = 0;  // from 1
  double loss = 0;
  double validation_loss = 0;
};
using OnEpoch = std::function<void(const Epoch&)>;

/// How a training went until its best epoch; the final epochs begin with its weights.
struct Training {
  std::vector<Epoch> epochs;
  Epoch best;
  std::size_t customers = 0;   // learnt from
  double validation_from = 0;  // day
};

/// A loss and the number of targets it is the sum over.
struct Loss {
  double sum = 0;
  double targets = 0;
  void add(const Loss& other) {
    sum += other.sum;
    targets += other.targets;
  }
  double mean() const { return targets > 0 ? sum / targets : 0; }
};

/// What fit() is given to learn.
struct Lessons {
  std::size_t rows = 0;
  /// Forward and backward over these rows: sets the gradients of the mean loss a target.
  std::function<Loss(std::span<const std::size_t> rows)> learn;
  std::function<Loss()> validate;
};

/// Learns by Adam in shuffled batches until the validation loss has stopped falling, then goes back
/// to the best weights. One thread; same lessons and options, same weights, byte for byte. Asks
/// `cancellation` each batch. Throws Error E-TRAINING when no epoch gave a finite validation loss.
Training fit(Layer& network, const Lessons& lessons, const TrainingOptions& options,
             const Cancellation& cancellation, const OnEpoch& on_epoch);

/// `final_epochs` over all rows of lessons about everything, which nothing validates.
void finish(Layer& network, const Lessons& lessons, const TrainingOptions& options,
            const Cancellation& cancellation);

/// fit() by what is told without the validation window, then finish() with it. `source` makes the
/// lessons about a network, opens the window, and knows customers() and validation_from().
template <class Source>
Training learn(Layer& network, Source& source, const TrainingOptions& options,
               const Cancellation& cancellation, const OnEpoch& on_epoch) {
  Training training =
      fit(network, source.lessons(network, cancellation), options, cancellation, on_epoch);
  source.open_validation_window();
  finish(network, source.lessons(network, cancellation), options, cancellation);
  training.customers = source.customers();
  training.validation_from = source.validation_from();
  return training;
}

/// Who is learnt from, ascending: everybody, or a sample without repetition.
std::vector<std::size_t> sample_of(std::size_t count, std::size_t most, std::uint64_t seed);

/// The first day of the validation window. Throws Error E-TRAINING when there is no purchase up to
/// `end`.
double validation_from(const Histories& histories, double end, double share);

/// What the network has learnt, in the order of its parameters.
using Weights = std::vector<std::pair<std::string, Tensor>>;
Weights weights_of(Layer& network);
/// The other way round. Throws Error E-MODEL when one is missing or has another shape.
void set_weights(Layer& network, const Weights& weights);

}  // namespace ca::nets
