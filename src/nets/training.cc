#include "nets/training.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/random.h"
#include "nets/adam.h"

namespace ca::nets {
namespace {

constexpr double kWorthwhile = 1e-4;  // nats a target that an epoch must gain to be waited for

void shuffle(std::vector<std::size_t>& rows, Random& random) {
  for (std::size_t left = rows.size(); left > 1; --left) {
    std::swap(rows[left - 1], rows[random.below(static_cast<std::uint32_t>(left))]);
  }
}

void restore(Layer& network, const Weights& weights) {
  auto from = weights.begin();
  for (Parameter* each : network.parameters()) each->value = (from++)->second;
}

/// Passes over the lessons' rows in a new order each time.
class Course {
 public:
  Course(Layer& network, const Lessons& lessons, const TrainingOptions& options, double rate,
         std::uint64_t seed)
      : adam(network.parameters(), {.learning_rate = rate, .clip_norm = options.clip_norm}),
        lessons_(lessons),
        batch_rows_(options.batch_rows),
        random_(Random::mix(seed)),
        rows_(lessons.rows) {
    std::iota(rows_.begin(), rows_.end(), 0);
  }

  Loss epoch(const Cancellation& cancellation) {
    shuffle(rows_, random_);
    Loss loss;
    for (std::size_t at = 0; at < rows_.size(); at += batch_rows_) {
      cancellation.check();
      const std::size_t count = std::min(batch_rows_, rows_.size() - at);
      loss.add(lessons_.learn(std::span(rows_).subspan(at, count)));
      adam.step();
    }
    return loss;
  }

  Adam adam;

 private:
  const Lessons& lessons_;
  std::size_t batch_rows_;
  Random random_;
  std::vector<std::size_t> rows_;
};

}  // namespace

Training fit(Layer& network, const Lessons& lessons, const TrainingOptions& options,
             const Cancellation& cancellation, const OnEpoch& on_epoch) {
  Course course(network, lessons, options, options.learning_rate, options.seed);
  Training training;
  Weights best;
  std::size_t without_better = 0;
  double waited_for = 0;
  const std::size_t until_slower = std::max<std::size_t>(options.patience / 3, 1);
  for (std::size_t number = 1; number <= options.max_epochs; ++number) {
    const Loss loss = course.epoch(cancellation);
    const Epoch epoch = {number, loss.mean(), lessons.validate().mean()};
    training.epochs.push_back(epoch);
    if (on_epoch) on_epoch(epoch);
    const bool is_better = std::isfinite(epoch.validation_loss) &&
                           (best.empty() || epoch.validation_loss < training.best.validation_loss);
    const bool is_worthwhile =
        is_better && (best.empty() || epoch.validation_loss < waited_for - kWorthwhile);
    if (is_better) {
      training.best = epoch;
      best = weights_of(network);
    }
    if (is_worthwhile) {
      waited_for = epoch.validation_loss;
      without_better = 0;
      continue;
    }
    ++without_better;
    if (without_better == options.patience) break;
    if (without_better % until_slower == 0) {
      course.adam.set_learning_rate(course.adam.learning_rate() / 2);
    }
  }
  if (best.empty()) {
    throw Error("E-TRAINING", "The network did not learn: no epoch ended with a finite loss.");
  }
  restore(network, best);
  return training;
}

void finish(Layer& network, const Lessons& lessons, const TrainingOptions& options,
            const Cancellation& cancellation) {
  Course course(network, lessons, options, options.learning_rate / 4, ~options.seed);
  for (std::size_t epoch = 0; epoch < options.final_epochs; ++epoch) course.epoch(cancellation);
}

std::vector<std::size_t> sample_of(std::size_t count, std::size_t most, std::uint64_t seed) {
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), 0);
  if (count <= most) return all;
  Random random(Random::mix(seed ^ 0x5eedULL));
  for (std::size_t i = 0; i < most; ++i) {
    std::swap(all[i], all[i + random.below(static_cast<std::uint32_t>(count - i))]);
  }
  all.resize(most);
  std::ranges::sort(all);
  return all;
}

double validation_from(const Histories& histories, double end, double share) {
  double first = end;
  bool is_any = false;
  for (std::size_t customer = 0; customer < histories.size(); ++customer) {
    const History history = histories[customer];
    if (history.size() == 0 || history.days.front() > end) continue;
    first = std::min(first, history.days.front());
    is_any = true;
  }
  if (!is_any) throw Error("E-TRAINING", "There are no purchases to learn from.");
  return end - share * (end - first);
}

Weights weights_of(Layer& network) {
  Weights weights;
  for (const Parameter* each : network.parameters()) weights.emplace_back(each->name, each->value);
  return weights;
}

void set_weights(Layer& network, const Weights& weights) {
  for (Parameter* each : network.parameters()) {
    each->value = tensor_of(weights, each->name, each->value.shape);
  }
}

}  // namespace ca::nets
