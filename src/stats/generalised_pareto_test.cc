#include "stats/generalised_pareto.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/random.h"

namespace ca::stats {
namespace {

std::vector<double> quantiles(const GeneralisedPareto& curve, int count) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(curve.exceeded_with((i + 0.5) / count));
  return values;
}

std::vector<double> sample(const GeneralisedPareto& curve, int count, RandomStream& random) {
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(curve.exceeded_with(random.uniform()));
  return values;
}

TEST(GeneralisedPareto, ChancesAndExcessesAreInverse) {
  for (const double shape : {-0.4, 0.0, 1e-9, 0.7}) {
    const GeneralisedPareto curve{.shape = shape, .scale = 3};
    for (const double chance : {1.0, 0.5, 0.01, 1e-6}) {
      EXPECT_NEAR(curve.above(curve.exceeded_with(chance)), chance, 1e-9 * chance) << shape;
    }
  }
  EXPECT_EQ((GeneralisedPareto{.shape = -0.5, .scale = 1}).above(2.5), 0);
  // Shape 1, scale 1: 1 / (1 + x).
  EXPECT_NEAR((GeneralisedPareto{.shape = 1, .scale = 1}).above(3), 0.25, 1e-15);
}

// The second writing of Zhang and Stephens' estimator, in Python, gave these of the same samples.
TEST(GeneralisedPareto, FitsAsAnotherWritingDoes) {
  const auto heavy = fit_generalised_pareto(quantiles({.shape = 0.5, .scale = 2}, 50));
  ASSERT_TRUE(heavy);
  EXPECT_NEAR(heavy->shape, 0.5072562371, 1e-6);
  EXPECT_NEAR(heavy->scale, 1.9653177997, 1e-6);
  const auto ending = fit_generalised_pareto(quantiles({.shape = -0.3, .scale = 2}, 50));
  ASSERT_TRUE(ending);
  EXPECT_NEAR(ending->shape, -0.2443610271, 1e-6);
  EXPECT_NEAR(ending->scale, 1.8902110723, 1e-6);
}

TEST(GeneralisedPareto, FindsWhatSamplesWereDrawnFrom) {
  RandomStream random(11, 0);
  for (const double shape : {-0.3, 0.0, 0.3, 0.8}) {
    double shapes = 0;
    double scales = 0;
    constexpr int kTimes = 100;
    for (int time = 0; time < kTimes; ++time) {
      const auto fitted = fit_generalised_pareto(sample({.shape = shape, .scale = 5}, 200, random));
      ASSERT_TRUE(fitted);
      shapes += fitted->shape / kTimes;
      scales += fitted->scale / kTimes;
    }
    // The deviation of one shape is (1 + shape) / sqrt(200), of their mean a tenth of that.
    EXPECT_NEAR(shapes, shape, 0.04) << shape;
    EXPECT_NEAR(scales, 5, 0.2) << shape;
  }
}

TEST(GeneralisedPareto, IsFittedInAnyUnit) {
  RandomStream random(12, 0);
  std::vector<double> values = sample({.shape = 0.2, .scale = 1}, 60, random);
  const auto one = fit_generalised_pareto(values);
  for (double& value : values) value *= 1e90;
  const auto other = fit_generalised_pareto(values);
  ASSERT_TRUE(one && other);
  EXPECT_NEAR(other->shape, one->shape, 1e-9);
  EXPECT_NEAR(other->scale / one->scale, 1e90, 1e81);
}

TEST(GeneralisedPareto, NeedsEnoughDifferentExcesses) {
  EXPECT_FALSE(fit_generalised_pareto({}));
  EXPECT_FALSE(fit_generalised_pareto(std::vector<double>(14, 1.5)));
  EXPECT_FALSE(fit_generalised_pareto(std::vector<double>(40, 1.5)));
}

// What kContradicted rests on: a true curve is seldom contradicted, one of lumps nearly always.
TEST(GeneralisedPareto, DistanceTellsLumpsFromATail) {
  RandomStream random(13, 0);
  int far = 0;
  constexpr int kTimes = 1000;
  for (int time = 0; time < kTimes; ++time) {
    std::vector<double> values = sample({.shape = 0.2, .scale = 1}, 100, random);
    std::ranges::sort(values);
    far += cramer_von_mises(values, *fit_generalised_pareto(values)) > 0.2;
  }
  EXPECT_LE(far, kTimes / 30);
  std::vector<double> lumps;
  for (int i = 0; i < 100; ++i) lumps.push_back((i < 70 ? 1 : i < 92 ? 2 : 3) + i * 1e-4);
  EXPECT_GT(cramer_von_mises(lumps, *fit_generalised_pareto(lumps)), 0.2);
}

/// The mean chance with which a new score is above thresholds learnt of `count` scores, each time
/// new ones; `above` is the true chance.
template <class Draw, class Above>
double mean_rate(int count, double rate, Draw draw, Above above) {
  RandomStream random(14, static_cast<std::uint64_t>(count));
  double mean = 0;
  constexpr int kTimes = 200;
  for (int time = 0; time < kTimes; ++time) {
    std::vector<double> scores;
    for (int i = 0; i < count; ++i) scores.push_back(draw(random));
    mean += above(*ScoreTail(std::move(scores)).threshold(rate)) / kTimes;
  }
  return mean;
}

TEST(ScoreTail, ThresholdsMakeTheAskedShareOfFalseAlarms) {
  const auto normal = [](RandomStream& random) { return std::abs(random.normal()); };
  const auto above_normal = [](double score) { return std::erfc(score / std::sqrt(2)); };
  const auto cauchy_root = [](RandomStream& random) { return 1 / std::cbrt(random.uniform()); };
  const auto above_root = [](double score) { return 1 / (score * score * score); };
  for (const double rate : {0.05, 0.01, 0.005}) {
    for (const int count : {60, 100, 200, 500, 3000}) {
      // Without a fitted tail, below 80 scores, heavy tails are underrated.
      const double slack = count < 80 ? 2.5 : count < 300 ? 0.4 : 0.2;
      EXPECT_NEAR(mean_rate(count, rate, normal, above_normal) / rate, 1, slack)
          << "normal " << count << ' ' << rate;
      EXPECT_NEAR(mean_rate(count, rate, cauchy_root, above_root) / rate, 1, slack)
          << "heavy " << count << ' ' << rate;
    }
  }
}

TEST(ScoreTail, PValuesNeverRiseWithTheScoreAndAgreeWithThresholds) {
  RandomStream random(15, 0);
  for (const int count : {1, 3, 12, 40, 150, 1000}) {
    std::vector<double> scores;
    for (int i = 0; i < count; ++i) scores.push_back(std::abs(random.normal()));
    const ScoreTail tail(scores);
    double last = 1;
    for (double score = -1; score < 12; score += 0.01) {
      const double p = tail.p_value(score);
      EXPECT_GT(p, 0);
      EXPECT_LE(p, last + 1e-12) << count << ' ' << score;
      last = p;
    }
    if (count < 12) continue;
    for (const double rate : {0.2, 0.01, 0.0001}) {
      const double threshold = *tail.threshold(rate);
      const double step = 1.0 / (count + 1);
      EXPECT_NEAR(tail.p_value(threshold), rate, rate * count < 10 ? rate * 1e-6 : 1.01 * step);
    }
  }
}

TEST(ScoreTail, SaysWhatAThresholdRestsOn) {
  RandomStream random(16, 0);
  std::vector<double> scores;
  for (int i = 0; i < 1500; ++i) scores.push_back(random.exponential());
  EXPECT_EQ(ScoreTail(scores).source_at(0.01), ScoreTail::Source::kCounts);
  EXPECT_EQ(ScoreTail(scores).source_at(0.001), ScoreTail::Source::kPareto);
  // The true one is 9.2, six deviations of the largest of so many beyond the counted ones.
  EXPECT_NEAR(*ScoreTail(scores).threshold(1e-4), 9.2, 2.5);
  scores.resize(50);
  EXPECT_EQ(ScoreTail(scores).source_at(0.001), ScoreTail::Source::kExponential);
}

TEST(ScoreTail, LivesWithNoScoresAndEqualOnes) {
  EXPECT_FALSE(ScoreTail({}).threshold(0.01));
  EXPECT_EQ(ScoreTail({}).p_value(5), 1);
  const ScoreTail equal(std::vector<double>(1000, 0.0));
  EXPECT_EQ(*equal.threshold(0.01), 0);
  EXPECT_EQ(equal.p_value(0), 1000.0 / 1001);
  EXPECT_EQ(equal.p_value(1), 1.0 / 1001);
  const ScoreTail one({2.0});
  EXPECT_EQ(*one.threshold(0.01), 2);
  const ScoreTail huge({1e99, 1e100, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  EXPECT_TRUE(std::isfinite(*huge.threshold(1e-6)));
}

}  // namespace
}  // namespace ca::stats
