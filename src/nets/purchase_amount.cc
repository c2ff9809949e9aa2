#include "nets/purchase_amount.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "nets/answer_all.h"
#include "nets/one_thread.h"

namespace ca::nets {
namespace {

constexpr std::string_view kKind = "purchase_amount";
constexpr std::size_t kMostWindow = 64;
constexpr std::size_t kMostUnits = 512;
constexpr double kSeldom = 0.001;  // of amounts are above the most that is expected

using Options = PurchaseAmount::Options;

LayerPointer network_of(const Options& shape, std::uint64_t seed) {
  Random random(Random::mix(seed + 2));
  std::vector<LayerPointer> layers;
  layers.push_back(convolution(kFeatures, shape.filters, shape.filter_width, random));
  layers.push_back(batch_normalisation(shape.filters));
  layers.push_back(activation(Activation::kRelu));
  layers.push_back(max_pooling(shape.pool));
  layers.push_back(dropout(shape.dropout, random));
  layers.push_back(lstm(shape.filters, shape.units, Gives::kLastStep, random));
  layers.push_back(dense(shape.units, Head::kOutputs, random));
  return std::make_unique<Sequence>(std::move(layers));
}

/// A purchase whose amount is asked, of what was bought before it.
struct Target {
  std::size_t customer;
  std::size_t at;
};

/// Whom and what a training of amounts learns from, and what validates it.
class AmountLessons {
 public:
  AmountLessons(const Histories& histories, double end, const Options& options)
      : histories_(histories),
        window_(options.window),
        batch_(options.training.batch_rows),
        customers_(
            sample_of(histories.size(), options.training.max_customers, options.training.seed)),
        validation_from_(nets::validation_from(histories, end, options.training.validation_share)),
        scaling_(histories, customers_, validation_from_) {
    for (const std::size_t customer : customers_) {
      const History history = histories[customer].until(end);
      for (std::size_t at = 1; at < history.size(); ++at) {
        (history.days[at] < validation_from_ ? learnt_ : validating_).push_back({customer, at});
      }
    }
    measure_amounts();
    if (validating_.empty()) {
      throw Error("E-TRAINING", "There are no amounts to see by whether the network learns.");
    }
    keep(learnt_, options.max_targets, options.training.seed);
    keep(validating_, std::max<std::size_t>(options.max_targets / 3, 1), options.training.seed);
  }

  Lessons lessons(Layer& network, const Cancellation& cancellation) {
    return {learnt_.size(),
            [this, &network](std::span<const std::size_t> rows) { return learn(network, rows); },
            [this, &network, &cancellation] { return validate(network, cancellation); }};
  }

  /// From now on everything is learnt.
  void open_validation_window() {
    learnt_.insert(learnt_.end(), validating_.begin(), validating_.end());
  }

  const Scaling& scaling() const { return scaling_; }
  const Head& head() const { return head_; }
  double most() const { return most_; }
  std::size_t customers() const { return customers_.size(); }
  double validation_from() const { return validation_from_; }

 private:
  static void keep(std::vector<Target>& targets, std::size_t most, std::uint64_t seed) {
    std::vector<Target> kept;
    for (const std::size_t i : sample_of(targets.size(), most, seed)) kept.push_back(targets[i]);
    targets = std::move(kept);
  }

  double amount_of(const Target& target) const {
    return histories_[target.customer].amounts[target.at];
  }

  void measure_amounts() {
    std::vector<double> amounts;
    for (const Target& target : learnt_) {
      if (amount_of(target) > 0) amounts.push_back(amount_of(target));
    }
    if (amounts.size() < PurchaseAmount::kLeastAmounts) {
      throw Error("E-TRAINING", fmt::format("There are {} amounts to learn from; {} are needed.",
                                            amounts.size(), PurchaseAmount::kLeastAmounts));
    }
    const auto count = static_cast<double>(amounts.size());
    double sum = 0;
    double squares = 0;
    for (const double amount : amounts) {
      sum += std::log(amount);
      squares += std::log(amount) * std::log(amount);
    }
    head_.mean = sum / count;
    head_.deviation = std::sqrt(std::max(squares / count - head_.mean * head_.mean, 0.01));
    const auto seldom = static_cast<std::ptrdiff_t>((1 - kSeldom) * (count - 1));
    std::nth_element(amounts.begin(), amounts.begin() + seldom, amounts.end());
    most_ = amounts[static_cast<std::size_t>(seldom)];
  }

  template <class TargetOf>
  Tensor windows(std::size_t count, const TargetOf& target_of) const {
    Tensor tensor({count, window_, kFeatures});
    for (std::size_t i = 0; i < count; ++i) {
      const Target& target = target_of(i);
      const std::size_t known = std::min(target.at, window_);
      scaling_.write_steps(histories_[target.customer], target.at - known, target.at,
                           tensor.values.data() + ((i + 1) * window_ - known) * kFeatures);
    }
    return tensor;
  }

  double loss_of(const Target& target, const float* outputs, double weight, float* slopes) const {
    const double amount = amount_of(target);
    return amount > 0 ? head_.of_value(outputs, amount, weight, slopes)
                      : head_.of_none(outputs, weight, slopes);
  }

  Loss learn(Layer& network, std::span<const std::size_t> numbers) const {
    const auto target_of = [&](std::size_t i) -> const Target& { return learnt_[numbers[i]]; };
    const Tensor outputs = network.forward(windows(numbers.size(), target_of), Pass::kLearn);
    Tensor slopes(outputs.shape);
    Loss loss = {0, static_cast<double>(numbers.size())};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const std::size_t offset = i * Head::kOutputs;
      loss.sum += loss_of(target_of(i), outputs.values.data() + offset, 1 / loss.targets,
                          slopes.values.data() + offset);
    }
    network.backward(slopes);
    return loss;
  }

  Loss validate(Layer& network, const Cancellation& cancellation) const {
    Loss loss;
    std::array<float, Head::kOutputs> unused{};
    for (std::size_t begin = 0; begin < validating_.size(); begin += batch_) {
      cancellation.check();
      const std::size_t count = std::min(batch_, validating_.size() - begin);
      const auto target_of = [&](std::size_t i) -> const Target& { return validating_[begin + i]; };
      const Tensor outputs = network.forward(windows(count, target_of), Pass::kAnswer);
      for (std::size_t i = 0; i < count; ++i) {
        const float* answer = outputs.values.data() + i * Head::kOutputs;
        loss.add({loss_of(target_of(i), answer, 0, unused.data()), 1});
      }
    }
    return loss;
  }

  const Histories& histories_;
  std::size_t window_;
  std::size_t batch_;
  std::vector<std::size_t> customers_;
  double validation_from_;
  Scaling scaling_;
  Head head_;
  double most_ = 0;
  std::vector<Target> learnt_;
  std::vector<Target> validating_;
};

}  // namespace

PurchaseAmount PurchaseAmount::train(const Histories& histories, double end, const Options& options,
                                     const Cancellation& cancellation, const OnEpoch& on_epoch) {
  if (options.pool < 1 || options.window < options.pool || options.window > kMostWindow ||
      std::max(options.filters, options.units) > kMostUnits) {
    throw Error("E-INTERNAL", "A network of amounts is asked for with odd measures.");
  }
  const OneThread one_thread;
  AmountLessons lessons(histories, end, options);
  const LayerPointer network = network_of(options, options.training.seed);
  PurchaseAmount learnt;
  learnt.training_ = learn(*network, lessons, options.training, cancellation, on_epoch);
  learnt.shape_ = options;
  learnt.scaling_ = lessons.scaling();
  learnt.head_ = lessons.head();
  learnt.most_ = lessons.most();
  learnt.weights_ = weights_of(*network);
  return learnt;
}

PurchaseAmount PurchaseAmount::of(const Model& model) {
  model.expect_kind(kKind);
  PurchaseAmount learnt;
  Options& shape = learnt.shape_;
  shape.window = model.size("window", kMostWindow);
  shape.filters = model.size("filters", kMostUnits);
  shape.filter_width = model.size("filter_width", kMostWindow);
  shape.pool = model.size("pool", shape.window);
  shape.units = model.size("units", kMostUnits);
  learnt.scaling_ = Scaling::of(model);
  learnt.head_ = Head::of(model);
  learnt.most_ = model.positive("most");
  const LayerPointer network = network_of(shape, 0);
  set_weights(*network, model.tensors);
  learnt.weights_ = weights_of(*network);
  return learnt;
}

Model PurchaseAmount::save(std::string made_from) const {
  Model model;
  model.kind = kKind;
  model.made_from = std::move(made_from);
  const auto size = [&](const char* name, std::size_t value) {
    model.scalars.emplace_back(name, static_cast<double>(value));
  };
  size("window", shape_.window);
  size("filters", shape_.filters);
  size("filter_width", shape_.filter_width);
  size("pool", shape_.pool);
  size("units", shape_.units);
  model.scalars.emplace_back("most", most_);
  scaling_.save(model);
  head_.save(model);
  model.tensors = weights_;
  return model;
}

NextAmounts PurchaseAmount::predict(const Histories& histories, double as_of, ThreadPool& pool,
                                    const Cancellation& cancellation) const {
  NextAmounts answer = {std::vector<MaybeLogNormal>(histories.size(), {.none = 1}),
                        std::vector<double>(histories.size())};
  const auto network = [&] {
    LayerPointer copy = network_of(shape_, 0);
    set_weights(*copy, weights_);
    return copy;
  };
  const auto take = [&](std::size_t customer, const float* outputs) {
    const MaybeLogNormal amount = head_(outputs);
    answer.amounts[customer] = amount;
    answer.expected[customer] =
        (1 - amount.none) * std::min(std::exp(amount.mu + amount.sigma * amount.sigma / 2), most_);
  };
  answer_all(histories, as_of, scaling_, shape_.window, Padding::kBefore, network, take, pool,
             cancellation);
  return answer;
}

}  // namespace ca::nets
