#include "models/experiment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "stats/random.h"

namespace ca::models {
namespace {

using stats::RandomStream;
using testing::HasSubstr;

/// Builds experiments: units one after the other, a number a metric.
class Units {
 public:
  explicit Units(std::vector<std::string> arms, std::vector<std::string> metrics) {
    data_.arms = std::move(arms);
    for (std::string& name : metrics) {
      data_.metrics.push_back({.name = std::move(name), .values = {}, .is_missing = {}});
    }
  }
  void add(std::uint32_t arm, const std::vector<std::optional<double>>& values) {
    data_.arm_of.push_back(arm);
    for (std::size_t i = 0; i < values.size(); ++i) push(data_.metrics[i], values[i]);
  }
  void add_known(std::optional<double> value) {
    if (!data_.covariate) {
      data_.covariate = UnitNumbers{.name = "before", .values = {}, .is_missing = {}};
    }
    push(*data_.covariate, value);
  }
  const ExperimentData& data() const { return data_; }

 private:
  static void push(UnitNumbers& numbers, std::optional<double> value) {
    numbers.values.push_back(value.value_or(0));
    numbers.is_missing.push_back(value ? 0 : 1);
  }
  ExperimentData data_;
};

ExperimentData random_experiment(int units, double effect) {
  Units made({"old", "new", "newer"}, {"bought", "revenue", "score"});
  RandomStream random(1, 1);
  for (int i = 0; i < units; ++i) {
    const auto arm = static_cast<std::uint32_t>(i % 3);
    const double known = random.normal();
    const double moved = arm == 1 ? effect : 0;
    made.add(arm, {random.uniform() < 0.2 ? 1.0 : 0.0,
                   random.uniform() < 0.3 ? std::optional(std::exp(3 + random.normal())) : 0.0,
                   i % 7 == 0 ? std::nullopt : std::optional(known + moved + random.normal())});
    made.add_known(i % 11 == 0 ? std::nullopt : std::optional(known));
  }
  return made.data();
}

template <class Value>
std::vector<Value> in_order(const std::vector<Value>& values,
                            const std::vector<std::size_t>& order) {
  std::vector<Value> result;
  for (const std::size_t place : order) result.push_back(values[place]);
  return result;
}

UnitNumbers in_order(const UnitNumbers& numbers, const std::vector<std::size_t>& order) {
  return {.name = numbers.name,
          .values = in_order(numbers.values, order),
          .is_missing = in_order(numbers.is_missing, order)};
}

/// Every figure of an effect in hexadecimal, so that equal texts are equal bytes.
std::string bytes_of(const ArmEffect& effect) {
  std::string text = effect.metric + "|" + effect.arm + "|" + effect.says;
  const auto put = [&](const std::optional<double>& value) {
    char digits[40];
    std::snprintf(digits, sizeof digits, "|%a", value.value_or(-12345));
    text += digits;
  };
  const auto put_test = [&](const stats::TwoSampleTest& test) {
    put(test.difference);
    put(test.statistic);
    put(test.p_value);
    put(test.interval ? std::optional(test.interval->low) : std::nullopt);
  };
  put_test(effect.comparison.result);
  put(effect.q_value);
  if (effect.cuped) put_test(effect.cuped->found.test);
  if (effect.winsorised) put_test(effect.winsorised->test);
  put(effect.always_valid ? std::optional(effect.always_valid->p_value) : std::nullopt);
  put(effect.detectable_effect);
  return text;
}

// With 100 units a side permutations are drawn, which depend on every value's place.
TEST(Experiment, TheOrderOfUnitsAndMetricsChangesNoByte) {
  const ExperimentData data = random_experiment(300, 0.5);
  const Experiment found = judge_experiment(data, 0.05);
  std::vector<std::size_t> order(data.arm_of.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  RandomStream random(2, 2);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random.below(static_cast<std::uint32_t>(i))]);
  }
  ExperimentData shuffled = data;
  shuffled.arm_of = in_order(data.arm_of, order);
  shuffled.covariate = in_order(*data.covariate, order);
  shuffled.metrics.clear();
  for (const UnitNumbers& metric : data.metrics) {
    shuffled.metrics.insert(shuffled.metrics.begin(), in_order(metric, order));
  }
  const Experiment again = judge_experiment(shuffled, 0.05);
  std::vector<std::string> before;
  std::vector<std::string> after;
  for (const ArmEffect& effect : found.effects) before.push_back(bytes_of(effect));
  for (const ArmEffect& effect : again.effects) after.push_back(bytes_of(effect));
  EXPECT_THAT(after, testing::UnorderedElementsAreArray(before));
  EXPECT_EQ(found.sample_ratio->chi2, again.sample_ratio->chi2);
}

TEST(Experiment, EveryArmOnEveryMetric) {
  const Experiment found = judge_experiment(random_experiment(900, 0.5), 0.05);
  ASSERT_EQ(found.effects.size(), 6U);
  EXPECT_EQ(found.figures.size(), 9U);
  EXPECT_EQ(found.tests, 6);
  EXPECT_EQ(found.effects[5].metric, "score");
  EXPECT_EQ(found.effects[5].arm, "newer");
  const ArmEffect& bought = found.effects[0];
  EXPECT_TRUE(bought.is_share);
  EXPECT_EQ(bought.comparison.test, stats::TestKind::kTwoProportions);
  EXPECT_FALSE(bought.winsorised) << "two values";
  const ArmEffect& score = found.effects[4];
  EXPECT_EQ(score.n, 257) << "those without a score are left out";
  EXPECT_EQ(found.figures[7].missing, 43);
  EXPECT_NEAR(score.difference.value(), 0.5, 0.4);
  EXPECT_TRUE(score.cuped.value().found.does_help);
  EXPECT_NEAR(score.cuped->found.theta, 1, 0.15);
  EXPECT_LT(score.cuped->units, score.n + score.control_n);
  EXPECT_GE(score.q_value.value(), score.comparison.result.p_value.value());
}

TEST(Experiment, TooFewUnitsAreNotTested) {
  Units units({"A", "B", "C"}, {"x"});
  for (int i = 0; i < 40; ++i) {
    units.add(0, {i * 1.5});
    units.add(1, {i * 1.5 + 0.5});
    if (i < 12) units.add(2, {500.25 + i});
  }
  const Experiment found = judge_experiment(units.data(), 0.05);
  const ArmEffect& few = found.effects[1];
  EXPECT_TRUE(few.is_insufficient);
  EXPECT_GT(few.difference.value(), 400);
  EXPECT_FALSE(few.comparison.result.p_value);
  EXPECT_FALSE(few.comparison.result.statistic);
  EXPECT_FALSE(few.q_value);
  EXPECT_FALSE(few.always_valid);
  EXPECT_EQ(found.tests, 1);
  EXPECT_EQ(found.effects[0].q_value, found.effects[0].comparison.result.p_value);
  EXPECT_EQ(few.says, "C: not enough data on x: 12 units, 40 of the control; 30 a side are needed");
  EXPECT_TRUE(found.is_mismatch);
}

TEST(Experiment, WhatDoesNotVaryHasNoTest) {
  Units units({"A", "B"}, {"zero", "price", "empty", "apart"});
  for (int i = 0; i < 80; ++i) {
    const auto arm = static_cast<std::uint32_t>(i % 2);
    units.add(arm, {0.0, 9.99, std::nullopt, arm == 1 ? 5.5 : 2.5});
    units.add_known(3.0);
  }
  const Experiment found = judge_experiment(units.data(), 0.05);
  ASSERT_EQ(found.effects.size(), 4U);
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_FALSE(found.effects[i].comparison.result.p_value) << i;
    EXPECT_EQ(found.effects[i].difference, 0.0) << i;
    EXPECT_THAT(found.effects[i].says, HasSubstr("does not vary")) << i;
    EXPECT_FALSE(found.effects[i].cuped) << i;
  }
  EXPECT_NEAR(found.figures[0].interval.value().high, 0.08762, 1e-4) << "a share of 40 may be 0.09";
  EXPECT_FALSE(found.figures[2].interval);
  EXPECT_TRUE(found.effects[2].is_insufficient);
  EXPECT_FALSE(found.effects[2].mean);
  EXPECT_LT(found.effects[3].comparison.result.p_value.value(), 1e-9);
  EXPECT_EQ(found.effects[3].difference, 3);
  EXPECT_EQ(found.effects[3].says, "B: apart likely 3.0 higher");
}

TEST(Experiment, GreatValuesAreCutAtTheQuantileOfAllArms) {
  Units units({"A", "B", "C"}, {"dense", "rare"});
  for (int i = 0; i < 100; ++i) {
    units.add(0, {i + 0.5, i < 1 ? 7.5 : 0});
    units.add(1, {i + 100.5, i < 1 ? 11.25 : 0});
    units.add(2, {i == 0 ? 1e6 : i + 200.5, 0.0});
  }
  const Experiment found = judge_experiment(units.data(), 0.05);
  // By numpy.quantile: of 0.5 to 299.5 with one great value, at 99 %.
  const WinsorisedFigures& dense = found.effects[1].winsorised.value();
  EXPECT_NEAR(dense.bound, 297.51, 1e-9);
  EXPECT_EQ(dense.cut, 3) << "two others and the great one";
  EXPECT_LT(dense.test.difference, 210);
  EXPECT_GT(found.effects[1].difference.value(), 10'000);
  const WinsorisedFigures& rare = found.effects[2].winsorised.value();
  EXPECT_TRUE(rare.is_of_non_zero);
  EXPECT_NEAR(rare.bound, 7.5 + 0.99 * 3.75, 1e-12);
}

// (1.959964 + 0.841621)^2 x (0.1 x 0.9 + 0.12 x 0.88) / 0.02^2 = 3838.
TEST(Experiment, UnitsThatAreNeeded) {
  Units units({"A", "B"}, {"bought"});
  for (int i = 0; i < 10'000; ++i) {
    units.add(0, {i % 10 == 0 ? 1.0 : 0.0});
    units.add(1, {i % 25 < 3 ? 1.0 : 0.0});
  }
  const Experiment found = judge_experiment(units.data(), 0.05);
  EXPECT_NEAR(static_cast<double>(found.effects[0].units_needed.value()), 3838, 2);
  EXPECT_EQ(found.effects[0].says, "B: bought likely 1.1 to 2.9 points higher");
  EXPECT_NEAR(found.effects[0].relative.value.value(), 0.2, 1e-12);
}

TEST(Experiment, TheDetectableEffectIsDetectedFourTimesInFive) {
  const auto once = [](std::uint64_t stream, double effect) {
    Units units({"A", "B"}, {"x"});
    RandomStream random(4, stream);
    for (int i = 0; i < 600; ++i) {
      const auto arm = static_cast<std::uint32_t>(i % 2);
      units.add(arm, {random.normal() + (arm == 1 ? effect : 0)});
    }
    return judge_experiment(units.data(), 0.05);
  };
  const double detectable = once(0, 0).effects[0].detectable_effect.value();
  EXPECT_NEAR(detectable, 2.8016 * std::sqrt(2.0 / 300), 0.02);
  int found = 0;
  for (std::uint64_t i = 1; i <= 400; ++i) {
    found += *once(i, detectable).effects[0].comparison.result.p_value < 0.05;
  }
  EXPECT_NEAR(found / 400.0, 0.8, 0.06);
}

TEST(Experiment, SaysWhatIsSeen) {
  ArmEffect effect;
  effect.arm = "B";
  effect.metric = "revenue";
  effect.detectable_effect = 0.412;
  stats::TwoSampleTest& test = effect.comparison.result;
  const auto say = [&](double p, double q, stats::Interval interval) {
    test.p_value = p;
    test.difference = (interval.low + interval.high) / 2;
    test.interval = interval;
    effect.q_value = q;
    return sentence_of(effect, 0.05, 6);
  };
  EXPECT_EQ(say(0.001, 0.002, {0.4851, 1.0545}), "B: revenue likely 0.49 to 1.05 higher");
  EXPECT_EQ(say(0.001, 0.002, {-12345.6, -2345.6}), "B: revenue likely 2,346 to 12,346 lower");
  EXPECT_EQ(say(0.04, 0.08, {0.01, 2.4}),
            "B: revenue perhaps 0.0 to 2.4 higher; among 6 comparisons that may be chance");
  EXPECT_EQ(say(0.04, 0.04, {-0.1, 2.4}), "B: revenue likely higher, by 1.1 (-0.1 to 2.4)");
  EXPECT_EQ(say(0.5, 0.6, {-1, 2}),
            "B: no difference in revenue seen; one of 0.41 or more would have been found 4 times "
            "in 5");
  effect.is_share = true;
  EXPECT_EQ(say(0.001, 0.002, {0.069954, 0.083226}), "B: revenue likely 7.0 to 8.3 points higher");
  EXPECT_EQ(say(0.5, 0.6, {-0.1, 0.2}),
            "B: no difference in revenue seen; one of 41 points or more would have been found 4 "
            "times in 5");
}

}  // namespace
}  // namespace ca::models
