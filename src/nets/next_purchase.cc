#include "nets/next_purchase.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "nets/answer_all.h"
#include "nets/one_thread.h"
#include "nets/renewal.h"

namespace ca::nets {
namespace {

constexpr std::string_view kKind = "next_purchase";
constexpr std::size_t kMostWindow = 64;
constexpr std::size_t kMostUnits = 512;

LayerPointer network_of(std::size_t units, double dropped, std::uint64_t seed) {
  Random random(Random::mix(seed + 1));
  std::vector<LayerPointer> layers;
  layers.push_back(lstm(kFeatures, units, Gives::kEveryStep, random));
  layers.push_back(dropout(dropped, random));
  layers.push_back(dense(units, Head::kOutputs, random));
  return std::make_unique<Sequence>(std::move(layers));
}

/// A window of purchases `begin` to `end - 1`; the gaps after purchases from `from` are asked.
struct Row {
  std::size_t customer;
  std::size_t begin;
  std::size_t from;
  std::size_t end;
};

/// Each purchase is asked in one window, and but in the first one sees half a window before it.
/// Windows begin where they do whatever comes later: were they to end with the last purchase, the
/// network would count the steps and know which purchase is the last.
void add_rows(std::vector<Row>& rows, std::size_t customer, std::size_t purchases,
              std::size_t window) {
  std::size_t from = 0;
  for (std::size_t begin = 0; from < purchases; begin += window / 2) {
    const std::size_t end = std::min(purchases, begin + window);
    rows.push_back({customer, begin, from, end});
    from = end;
  }
}

struct Gap {
  double days;
  bool has_ended;
};

/// The gap after purchase `at` as it is known on the day `end`, of which `history` is what is
/// known.
Gap gap_after(const History& history, std::size_t at, double end) {
  if (at + 1 < history.size()) return {history.days[at + 1] - history.days[at], true};
  return {end - history.days[at], false};
}

/// Whom and what a training of the next purchase learns from, and what validates it.
class GapLessons {
 public:
  GapLessons(const Histories& histories, double end, const NextPurchase::Options& options)
      : histories_(histories),
        end_(end),
        window_(options.window),
        batch_(options.training.batch_rows),
        customers_(
            sample_of(histories.size(), options.training.max_customers, options.training.seed)),
        validation_from_(nets::validation_from(histories, end, options.training.validation_share)),
        scaling_(histories, customers_, validation_from_) {
    for (const std::size_t customer : customers_) {
      const History history = histories[customer].until(end);
      std::vector<Row> rows;
      add_rows(rows, customer, history.size(), window_);
      for (const Row& row : rows) {
        all_.push_back(row);
        if (history.days[row.from] < validation_from_) learnt_.push_back(row);
        // Its last gap ends or is open in the validation window.
        if (row.end == history.size() || history.days[row.end] >= validation_from_) {
          validating_.push_back(row);
        }
      }
    }
    measure_gaps();
  }

  Lessons lessons(Layer& network, const Cancellation& cancellation) {
    return {learnt_.size(),
            [this, &network](std::span<const std::size_t> rows) { return learn(network, rows); },
            [this, &network, &cancellation] { return validate(network, cancellation); }};
  }

  /// From now on everything is learnt: gaps as they are known at the end.
  void open_validation_window() {
    is_open_ = true;
    learnt_ = all_;
  }

  const Scaling& scaling() const { return scaling_; }
  const Head& head() const { return head_; }
  std::size_t customers() const { return customers_.size(); }
  double validation_from() const { return validation_from_; }

 private:
  void measure_gaps() {
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (const std::size_t customer : customers_) {
      const History history = histories_[customer].before(validation_from_);
      for (std::size_t at = 1; at < history.size(); ++at) {
        const double logarithm = std::log(history.days[at] - history.days[at - 1]);
        count += 1;
        sum += logarithm;
        squares += logarithm * logarithm;
      }
    }
    if (count < static_cast<double>(NextPurchase::kLeastGaps)) {
      throw Error("E-TRAINING",
                  fmt::format("There are {} gaps between purchases to learn from; {} are needed.",
                              count, NextPurchase::kLeastGaps));
    }
    head_.mean = sum / count;
    head_.deviation = std::sqrt(std::max(squares / count - head_.mean * head_.mean, 0.01));
  }

  template <class RowOf>
  Tensor windows(std::size_t count, const RowOf& row_of) const {
    Tensor tensor({count, window_, kFeatures});
    for (std::size_t i = 0; i < count; ++i) {
      const Row& row = row_of(i);
      scaling_.write_steps(histories_[row.customer], row.begin, row.end,
                           tensor.values.data() + i * window_ * kFeatures);
    }
    return tensor;
  }

  /// Calls body(purchase, outputs' offset) for each that the row asks.
  template <class Body>
  void for_each_asked(const Row& row, std::size_t number, const Body& body) const {
    for (std::size_t at = row.from; at < row.end; ++at) {
      body(at, (number * window_ + at - row.begin) * Head::kOutputs);
    }
  }

  double loss_of(const Gap& gap, const float* outputs, double weight, float* slopes) const {
    return gap.has_ended ? head_.of_value(outputs, gap.days, weight, slopes)
                         : head_.of_open(outputs, gap.days, weight, slopes);
  }

  /// What is known of the gaps that are learnt.
  History known(std::size_t customer) const {
    return is_open_ ? histories_[customer].until(end_)
                    : histories_[customer].before(validation_from_);
  }

  Gap learnt_gap(const History& known, std::size_t at) const {
    return gap_after(known, at, is_open_ ? end_ : validation_from_);
  }

  Loss learn(Layer& network, std::span<const std::size_t> numbers) const {
    const auto row_of = [&](std::size_t i) -> const Row& { return learnt_[numbers[i]]; };
    const Tensor outputs = network.forward(windows(numbers.size(), row_of), Pass::kLearn);
    double targets = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const std::size_t end = std::min(row_of(i).end, known(row_of(i).customer).size());
      targets += static_cast<double>(end - row_of(i).from);
    }
    Tensor slopes(outputs.shape);
    Loss loss = {0, targets};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const History history = known(row_of(i).customer);
      for_each_asked(row_of(i), i, [&](std::size_t at, std::size_t offset) {
        if (at >= history.size()) return;
        loss.sum += loss_of(learnt_gap(history, at), outputs.values.data() + offset, 1 / targets,
                            slopes.values.data() + offset);
      });
    }
    network.backward(slopes);
    return loss;
  }

  /// The likelihood of everything over that of what was known before.
  Loss validate(Layer& network, const Cancellation& cancellation) const {
    Loss loss;
    for (std::size_t begin = 0; begin < validating_.size(); begin += batch_) {
      cancellation.check();
      const std::size_t count = std::min(batch_, validating_.size() - begin);
      const auto row_of = [&](std::size_t i) -> const Row& { return validating_[begin + i]; };
      const Tensor outputs = network.forward(windows(count, row_of), Pass::kAnswer);
      std::array<float, Head::kOutputs> unused{};
      for (std::size_t i = 0; i < count; ++i) {
        const History all = histories_[row_of(i).customer].until(end_);
        const History before = known(row_of(i).customer);
        for_each_asked(row_of(i), i, [&](std::size_t at, std::size_t offset) {
          if (at + 1 < before.size()) return;
          const float* answer = outputs.values.data() + offset;
          loss.sum += loss_of(gap_after(all, at, end_), answer, 0, unused.data());
          loss.targets += 1;
          if (at >= before.size()) return;
          loss.sum -= loss_of(learnt_gap(before, at), answer, 0, unused.data());
        });
      }
    }
    return loss;
  }

  const Histories& histories_;
  double end_;
  std::size_t window_;
  std::size_t batch_;
  std::vector<std::size_t> customers_;
  double validation_from_;
  Scaling scaling_;
  Head head_;
  bool is_open_ = false;
  std::vector<Row> all_;
  std::vector<Row> learnt_;
  std::vector<Row> validating_;
};

}  // namespace

NextPurchase NextPurchase::train(const Histories& histories, double end, const Options& options,
                                 const Cancellation& cancellation, const OnEpoch& on_epoch) {
  if (options.window < 2 || options.window > kMostWindow || options.units > kMostUnits) {
    throw Error("E-INTERNAL", "A network of the next purchase is asked for with odd measures.");
  }
  const OneThread one_thread;
  GapLessons lessons(histories, end, options);
  const LayerPointer network = network_of(options.units, options.dropout, options.training.seed);
  NextPurchase learnt;
  learnt.training_ = learn(*network, lessons, options.training, cancellation, on_epoch);
  learnt.window_ = options.window;
  learnt.units_ = options.units;
  learnt.scaling_ = lessons.scaling();
  learnt.head_ = lessons.head();
  learnt.weights_ = weights_of(*network);
  return learnt;
}

NextPurchase NextPurchase::of(const Model& model) {
  model.expect_kind(kKind);
  NextPurchase learnt;
  learnt.window_ = model.size("window", kMostWindow);
  learnt.units_ = model.size("units", kMostUnits);
  learnt.scaling_ = Scaling::of(model);
  learnt.head_ = Head::of(model);
  const LayerPointer network = network_of(learnt.units_, 0, 0);
  set_weights(*network, model.tensors);
  learnt.weights_ = weights_of(*network);
  return learnt;
}

Model NextPurchase::save(std::string made_from) const {
  Model model;
  model.kind = kKind;
  model.made_from = std::move(made_from);
  model.scalars = {{"window", static_cast<double>(window_)},
                   {"units", static_cast<double>(units_)}};
  scaling_.save(model);
  head_.save(model);
  model.tensors = weights_;
  return model;
}

NextPurchases NextPurchase::predict(const Histories& histories, double as_of,
                                    std::span<const double> horizons, ThreadPool& pool,
                                    const Cancellation& cancellation) const {
  const std::size_t customers = histories.size();
  NextPurchases answer = {std::vector<MaybeLogNormal>(customers, {.none = 1}),
                          std::vector<double>(customers),
                          std::vector<double>(customers * horizons.size())};
  const auto network = [&] {
    LayerPointer copy = network_of(units_, 0, 0);
    set_weights(*copy, weights_);
    return copy;
  };
  const auto take = [&](std::size_t customer, const float* outputs) {
    const History history = histories[customer].until(as_of);
    const double since = as_of - history.days.back();
    const std::size_t last = std::min(history.size(), window_) - 1;
    const MaybeLogNormal gap = head_(outputs + last * Head::kOutputs);
    answer.gaps[customer] = gap;
    answer.alive[customer] = probability_alive(gap, since);
    expected_purchases(
        gap, since, horizons,
        std::span(answer.expected).subspan(customer * horizons.size(), horizons.size()));
  };
  answer_all(histories, as_of, scaling_, window_, Padding::kNone, network, take, pool,
             cancellation);
  return answer;
}

}  // namespace ca::nets
