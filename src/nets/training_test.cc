#include "nets/training.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.h"
#include "nets/one_thread.h"

namespace ca::nets {
namespace {

const Cancellation kNever;

/// y = 2 x - 1, learnt by a dense layer from squared errors.
struct Line {
  Random random{1};
  LayerPointer network = dense(1, 1, random);
  std::vector<float> xs;
  OneThread one_thread;
  std::size_t batches = 0;

  Line() {
    for (int i = 0; i < 200; ++i) xs.push_back(static_cast<float>(random.normal()));
  }

  Loss learn(std::span<const std::size_t> rows) {
    ++batches;
    Tensor input({rows.size(), 1});
    for (std::size_t i = 0; i < rows.size(); ++i) input.values[i] = xs[rows[i]];
    const Tensor output = network->forward(input, Pass::kLearn);
    Tensor slopes(output.shape);
    Loss loss = {0, static_cast<double>(rows.size())};
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double error = output.values[i] - (2 * input.values[i] - 1);
      loss.sum += error * error;
      slopes.values[i] = static_cast<float>(2 * error / loss.targets);
    }
    network->backward(slopes);
    return loss;
  }

  Lessons lessons(std::function<Loss()> validate) {
    return {xs.size(), [this](std::span<const std::size_t> rows) { return learn(rows); },
            std::move(validate)};
  }
};

TEST(Training, LearnsAndReportsEveryEpoch) {
  Line line;
  std::size_t told = 0;
  const auto validate = [&] {
    return Loss{std::abs(line.network->parameters()[1]->value.values[0] + 1.0), 1};
  };
  const Training training =
      fit(*line.network, line.lessons(validate),
          {.batch_rows = 20, .max_epochs = 60, .patience = 60, .learning_rate = 0.03}, kNever,
          [&](const Epoch& epoch) { EXPECT_EQ(epoch.number, ++told); });
  EXPECT_EQ(told, training.epochs.size());
  EXPECT_NEAR(line.network->parameters()[0]->value.values[0], 2, 0.01);
  EXPECT_NEAR(line.network->parameters()[1]->value.values[0], -1, 0.01);
  EXPECT_LT(training.epochs.back().loss, training.epochs.front().loss);
}

TEST(Training, StopsWhenNothingGetsBetterAndGoesBackToTheBest) {
  Line line;
  std::size_t epoch = 0;
  Weights at_third;
  const auto validate = [&] {
    ++epoch;
    if (epoch == 3) at_third = weights_of(*line.network);
    return Loss{epoch <= 3 ? 10.0 - static_cast<double>(epoch) : 20.0, 1};
  };
  const Training training = fit(*line.network, line.lessons(validate),
                                {.batch_rows = 50, .max_epochs = 50, .patience = 4}, kNever, {});
  EXPECT_EQ(training.epochs.size(), 7);
  EXPECT_EQ(training.best.number, 3);
  EXPECT_EQ(weights_of(*line.network), at_third);
}

TEST(Training, FinalEpochsGoOverEverythingOnceEach) {
  Line line;
  std::vector<std::size_t> seen(line.xs.size());
  Lessons lessons = line.lessons([] { return Loss{1, 1}; });
  lessons.learn = [&](std::span<const std::size_t> rows) {
    for (const std::size_t row : rows) ++seen[row];
    return line.learn(rows);
  };
  finish(*line.network, lessons, {.batch_rows = 30, .final_epochs = 2}, kNever);
  EXPECT_EQ(seen, std::vector<std::size_t>(line.xs.size(), 2));
}

TEST(Training, ALossThatIsNoNumberIsRefused) {
  Line line;
  const auto validate = [] { return Loss{std::numeric_limits<double>::quiet_NaN(), 1}; };
  try {
    fit(*line.network, line.lessons(validate), {.max_epochs = 3}, kNever, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-TRAINING");
  }
}

TEST(Training, IsCancelledBetweenBatches) {
  Line line;
  Cancellation cancellation;
  Lessons lessons = line.lessons([] { return Loss{1, 1}; });
  lessons.learn = [&](std::span<const std::size_t> rows) {
    if (line.batches == 2) cancellation.cancel();
    return line.learn(rows);
  };
  EXPECT_THROW(fit(*line.network, lessons, {.batch_rows = 20}, cancellation, {}), Error);
  EXPECT_EQ(line.batches, 3);
}

TEST(Training, ASampleIsAscendingWithoutRepetition) {
  const auto sample = sample_of(1000, 100, 1);
  EXPECT_EQ(std::set<std::size_t>(sample.begin(), sample.end()).size(), 100);
  EXPECT_TRUE(std::ranges::is_sorted(sample));
  EXPECT_LT(sample.back(), 1000);
  EXPECT_EQ(sample_of(1000, 100, 1), sample);
  EXPECT_NE(sample_of(1000, 100, 2), sample);
  EXPECT_EQ(sample_of(3, 100, 1), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Training, ValidatesTheLastPartOfTheDays) {
  Histories histories;
  const std::array<double, 2> days = {100, 300};
  histories.add(days, days);
  histories.add({}, {});
  EXPECT_DOUBLE_EQ(validation_from(histories, 200, 0.15), 185);
  EXPECT_THROW(validation_from(histories, 50, 0.15), Error);
}

}  // namespace
}  // namespace ca::nets
