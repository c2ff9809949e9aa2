#include "stats/compare.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <vector>

#include "stats/exact_tests.h"
#include "stats/gamma_fit.h"
#include "stats/permutation.h"
#include "stats/random.h"

namespace ca::stats {
namespace {

// ---- the parts, against SciPy 1.17 --------------------------------------------------------------

TEST(ExactTests, FisherAsScipy) {
  EXPECT_NEAR(fisher_exact(3, 30, 11, 30), 0.03034142126191129, 1e-13);
  EXPECT_NEAR(fisher_exact(0, 40, 5, 40), 0.05474272562880158, 1e-13);
  EXPECT_NEAR(fisher_exact(8, 10, 1, 6), 0.034965034965034975, 1e-13);
  EXPECT_NEAR(fisher_exact(2, 1000, 9, 5000), 1, 1e-12);
  EXPECT_EQ(fisher_exact(0, 10, 0, 10), 1);
}

// Newcombe's (1998) examples of his method 10.
TEST(ExactTests, IntervalsAsNewcombe) {
  const auto expect = [](const TwoSampleTest& test, double low, double high) {
    EXPECT_NEAR(test.interval.value().low, low, 5e-5);
    EXPECT_NEAR(test.interval.value().high, high, 5e-5);
  };
  expect(rare_proportions(56, 70, 48, 80, 0.05), 0.0524, 0.3339);
  expect(rare_proportions(9, 10, 3, 10, 0.05), 0.1705, 0.8090);
  expect(rare_proportions(5, 56, 0, 29, 0.05), -0.0381, 0.1926);
  expect(rare_proportions(10, 10, 0, 10, 0.05), 0.6075, 1.0);
  expect(rare_proportions(0, 10, 0, 20, 0.05), -0.1611, 0.2775);
  const TwoSampleTest test = rare_proportions(3, 30, 11, 30, 0.05);
  EXPECT_NEAR(*test.p_value, 0.03034142126191129, 1e-13);
  EXPECT_NEAR(2 * 1.959963984540054 * *test.standard_error,
              test.interval->high - test.interval->low, 1e-12);
}

TEST(ExactTests, TotalsAsTheBinomialTest) {
  EXPECT_NEAR(conditional_poisson(60, 50, 40, 50), 0.05688793364098089, 1e-13);
  EXPECT_NEAR(conditional_poisson(3, 10, 17, 30), 0.4393741000631053, 1e-13);
  EXPECT_NEAR(conditional_poisson(500, 100, 700, 200), 1.7866662172109464e-09, 1e-20);
  EXPECT_NEAR(conditional_poisson(0, 30, 7, 300), 1, 1e-12);
  EXPECT_EQ(conditional_poisson(0, 30, 0, 30), 1);
  EXPECT_NEAR(conditional_poisson(40'000'000, 5, 40'000'000, 5), 1, 1e-3) << "in little time";
}

const std::vector<double> kShortTail = {0.7, 1.9, 0.3, 4.8, 2.2, 0.9, 1.1, 6.0, 0.4, 1.5, 2.8, 0.6};
const std::vector<double> kLongTail = {1.4, 3.3, 0.8, 7.9, 2.5, 1.2, 9.1, 0.5, 2.0, 4.4};

TEST(GammaFit, AsScipy) {
  const std::array<PositiveSample, 2> samples = {positive_sample(kShortTail),
                                                 positive_sample(kLongTail)};
  const auto fit = fit_gamma(samples);
  EXPECT_NEAR(fit.value().shape, 1.439599484978709, 1e-10);
  EXPECT_NEAR(fit.value().log_likelihood, -41.07639264596335, 1e-10);
  EXPECT_NEAR(log_normal_likelihood(samples).value(), -40.31469532230803, 1e-10);
  EXPECT_NEAR(gamma_likelihood_ratio(kShortTail, kLongTail).value(), 2.1883459893, 1e-8);
  const std::array<PositiveSample, 1> equal = {positive_sample(std::vector<double>(9, 0.1))};
  EXPECT_FALSE(fit_gamma(equal));
  EXPECT_FALSE(log_normal_likelihood(equal));
}

// All 462 ways to deal, and a hundred thousand shuffles of numpy.
TEST(Permutations, AsAllOfThem) {
  const std::vector<double> few = {27.5, 21.0, 19.0, 23.6, 17.0};
  const std::vector<double> more = {27.1, 22.0, 30.8, 23.4, 33.4, 23.5};
  const auto dense = permutation_test(few, more, 1);
  EXPECT_NEAR(dense.value().statistic, -1.9399678218269225, 1e-12);
  EXPECT_NEAR(dense.value().p_value, 0.0887, 0.025) << "a hundred extremes tell a tenth";
  EXPECT_LT(dense.value().permutations, kMostPermutations / 5);
  const auto swapped = permutation_test(more, few, 1);
  EXPECT_NEAR(swapped.value().p_value, 0.0887, 0.025);

  std::vector<double> rare = {12.5, 7.25, 30.0, 4.0};
  std::vector<double> rare_too = {55.0, 8.0, 19.0, 40.0};
  rare.resize(30);
  rare_too.resize(40);
  const auto sparse = permutation_test(rare, rare_too, 1);
  EXPECT_NEAR(sparse.value().statistic, -0.6154084, 1e-7);
  EXPECT_NEAR(sparse.value().p_value, 0.580, 0.12);
}

TEST(Permutations, NeverSayImpossible) {
  std::vector<double> low;
  std::vector<double> high;
  for (int i = 0; i < 100; ++i) {
    low.push_back(i * 0.01);
    high.push_back(50 + i * 0.01);
  }
  const auto apart = permutation_test(high, low, 1);
  EXPECT_EQ(apart.value().p_value, 1.0 / kMostPermutations);
  EXPECT_EQ(apart.value().permutations, kMostPermutations - 1);
  EXPECT_EQ(permutation_test(high, low, 1)->p_value, apart->p_value);
  EXPECT_FALSE(permutation_test(std::vector<double>(30, 1.0), std::vector<double>(30, 2.0), 1));
  EXPECT_FALSE(permutation_test(std::vector<double>(1, 1.0), low, 1));
}

// ---- which distribution, which test -------------------------------------------------------------

using Draw = std::function<double(RandomStream&)>;

std::vector<double> drawn(const Draw& draw, int n, std::uint64_t stream) {
  RandomStream random(5, stream);
  std::vector<double> values(static_cast<std::size_t>(n));
  for (double& value : values) value = draw(random);
  return values;
}

double share(RandomStream& random) { return random.uniform() < 0.3; }
double poisson(RandomStream& random) { return static_cast<double>(random.poisson(3)); }
double negative_binomial(RandomStream& random) {
  return static_cast<double>(random.poisson(random.gamma(1.2) * 2));
}
double beta(RandomStream& random) { return random.beta(2, 5); }
double gamma(RandomStream& random) { return 20 * random.gamma(1.7); }
double log_normal(RandomStream& random) { return std::exp(random.normal()); }
double normal(RandomStream& random) { return 5 + random.normal(); }
double mostly_zero(RandomStream& random) {
  return random.uniform() < 0.1 ? std::exp(3 + random.normal()) : 0;
}

TEST(Shapes, OfEachFamily) {
  const std::vector<std::pair<Draw, Distribution>> families = {
      {share, Distribution::kBinomial},
      {poisson, Distribution::kPoisson},
      {negative_binomial, Distribution::kNegativeBinomial},
      {beta, Distribution::kBeta},
      {gamma, Distribution::kGamma},
      {log_normal, Distribution::kLogNormal},
      {normal, Distribution::kGaussian},
      {mostly_zero, Distribution::kGaussian}};
  for (const auto& [draw, expected] : families) {
    const SampleShape shape = shape_of(drawn(draw, 2000, 1), drawn(draw, 2000, 2));
    EXPECT_EQ(name_of(shape.distribution), name_of(expected));
  }
}

TEST(Shapes, AnEffectIsNotATail) {
  std::vector<double> moved = drawn(normal, 1000, 1);
  for (double& value : moved) value += 100;
  EXPECT_EQ(shape_of(moved, drawn(normal, 9000, 2)).distribution, Distribution::kGaussian);
  std::vector<double> more = drawn(poisson, 1000, 1);
  for (double& value : more) value += 20;
  EXPECT_EQ(shape_of(more, drawn(poisson, 1000, 2)).distribution, Distribution::kPoisson);
}

TEST(Shapes, OfLittle) {
  EXPECT_EQ(shape_of({}, {}).distribution, Distribution::kConstant);
  EXPECT_EQ(shape_of(std::vector{0.1}, std::vector{0.1}).distribution, Distribution::kConstant);
  EXPECT_EQ(shape_of(std::vector{2.5}, {}).distribution, Distribution::kConstant);
  EXPECT_EQ(shape_of(std::vector{2.5}, std::vector{-1.0}).distribution, Distribution::kBinomial);
  EXPECT_EQ(shape_of(std::vector{1.0, 2.0}, std::vector{3.0}).distribution, Distribution::kPoisson);
  EXPECT_EQ(shape_of(std::vector{1.0, -2.0}, std::vector{3.0}).distribution,
            Distribution::kGaussian);
}

TestKind kind_of(const Draw& draw, int n) {
  return compare(drawn(draw, n, 1), drawn(draw, n, 2), 0.05).test;
}

TEST(Compare, ChoosesByShapeAndSize) {
  EXPECT_EQ(kind_of(share, 300), TestKind::kTwoProportions);
  EXPECT_EQ(kind_of(share, 12), TestKind::kFisher);
  EXPECT_EQ(kind_of(negative_binomial, 300), TestKind::kWelch);
  EXPECT_EQ(kind_of(negative_binomial, 100), TestKind::kPermutation);
  EXPECT_EQ(kind_of(beta, 300), TestKind::kWelchOfLogits);
  EXPECT_EQ(kind_of(beta, 200), TestKind::kPermutation);
  EXPECT_EQ(kind_of(log_normal, 300), TestKind::kWelch);
  EXPECT_EQ(kind_of(normal, 300), TestKind::kWelch);
  EXPECT_EQ(kind_of(mostly_zero, 300), TestKind::kWelch);
  const auto unequal = [](const Draw& draw) {
    return compare(drawn(draw, 300, 1), drawn(draw, 3000, 2), 0.05).test;
  };
  EXPECT_EQ(unequal(mostly_zero), TestKind::kPermutation) << "long tails do not cancel";
  EXPECT_EQ(unequal(normal), TestKind::kWelch);
}

// Of ten samples some spread less than the fit or Poisson says, and some more.
TEST(Compare, EagerTestsOnlyWhereTheSpreadAdmitsThem) {
  int exact = 0;
  int ratios = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    const auto counts = compare(drawn(poisson, 400, 2 * i), drawn(poisson, 400, 2 * i + 1), 0.05);
    const auto shape = shape_of(drawn(poisson, 400, 2 * i), drawn(poisson, 400, 2 * i + 1));
    EXPECT_EQ(counts.test == TestKind::kConditionalPoisson, *shape.dispersion <= 1) << i;
    exact += counts.test == TestKind::kConditionalPoisson;
    ratios += compare(drawn(gamma, 400, 2 * i), drawn(gamma, 400, 2 * i + 1), 0.05).test ==
              TestKind::kGammaLikelihoodRatio;
  }
  EXPECT_GT(exact, 2);
  EXPECT_LT(exact, 18);
  EXPECT_GT(ratios, 2);
  EXPECT_LT(ratios, 18);
  // Stars from 1 to 5 vary far less than Poisson's counts: the test of totals would be blind.
  const Draw stars = [](RandomStream& random) {
    return 3.0 + static_cast<double>(random.below(3));
  };
  EXPECT_EQ(kind_of(stars, 400), TestKind::kWelch);
}

TEST(Compare, TheIntervalIsInTheValuesUnit) {
  std::vector<double> treated(100, 20.0);
  std::vector<double> control(100, 20.0);
  std::fill_n(treated.begin(), 40, 70.0);
  std::fill_n(control.begin(), 30, 70.0);
  const Comparison found = compare(treated, control, 0.05);
  const TwoSampleTest shares = two_proportions(40, 100, 30, 100, 0.05);
  EXPECT_NEAR(found.result.difference, 5, 1e-12);
  EXPECT_NEAR(found.result.interval->low, 50 * shares.interval->low, 1e-12);
  EXPECT_NEAR(found.result.standard_error.value(), 50 * *shares.standard_error, 1e-12);
  EXPECT_EQ(found.result.p_value, shares.p_value);

  const auto up = drawn(beta, 400, 1);
  const auto down = drawn(beta, 400, 2);
  const TwoSampleTest means = welch(moments_of(up), moments_of(down), 0.05);
  const Comparison logits = compare(up, down, 0.05);
  EXPECT_EQ(logits.result.interval, means.interval);
  EXPECT_NE(logits.result.p_value, means.p_value);
}

// Welch's covers 85 of 100 and fewer: the side of 30 has three values that are not zero.
TEST(Compare, TheIntervalOfASkewedDifferenceAgreesWithItsTest) {
  int covers = 0;
  for (std::uint64_t i = 0; i < 400; ++i) {
    const auto treated = drawn(mostly_zero, 30, 2 * i);
    const auto control = drawn(mostly_zero, 300, 2 * i + 1);
    const Comparison found = compare(treated, control, 0.05, i);
    ASSERT_EQ(found.test, TestKind::kPermutation);
    const auto narrow = welch(moments_of(treated), moments_of(control), 0.05).interval;
    ASSERT_LE(found.result.interval->low, narrow->low);
    ASSERT_GE(found.result.interval->high, narrow->high);
    covers += found.result.interval->low <= 0 && 0 <= found.result.interval->high;
  }
  EXPECT_GT(covers, 0.92 * 400);
}

TEST(Compare, WhatCannotBeTestedSaysSo) {
  const std::vector<double> equal(40, 0.1);
  for (const Comparison& found :
       {compare(equal, equal, 0.05), compare({}, {}, 0.05), compare({}, kLongTail, 0.05),
        compare({}, std::vector{1.0, 2.0}, 0.05), compare(std::vector{1.5}, equal, 0.05)}) {
    EXPECT_FALSE(found.result.p_value.has_value() && found.test == TestKind::kNone);
    EXPECT_FALSE(found.why.empty());
  }
  const Comparison apart =
      compare(std::vector<double>(40, 3.0), std::vector<double>(40, 2.0), 0.05);
  EXPECT_EQ(apart.test, TestKind::kTwoProportions);
  EXPECT_LT(apart.result.p_value.value(), 1e-10);
  EXPECT_FALSE(apart.result.interval);
}

// ---- calibration: the whole procedure, choice and test
// -------------------------------------------

// The limit is the promised one, a point above alpha, and three standard errors.
TEST(Compare, FalseAlarmsStayWithinAlpha) {
  const int repetitions = std::getenv("CA_LONG") != nullptr ? 10'000 : 600;
  const double slack = 3 * std::sqrt(0.05 * 0.95 / repetitions);
  int family = 0;
  for (const Draw& draw : {Draw(share), Draw(poisson), Draw(negative_binomial), Draw(beta),
                           Draw(gamma), Draw(log_normal), Draw(normal), Draw(mostly_zero)}) {
    for (const auto& [treated, control] : {std::pair(30, 30), std::pair(30, 300), {300, 300}}) {
      int alarms = 0;
      for (int i = 0; i < repetitions; ++i) {
        const auto stream = 2 * static_cast<std::uint64_t>(i);
        const auto found =
            compare(drawn(draw, treated, stream), drawn(draw, control, stream + 1), 0.05, stream);
        alarms += found.result.p_value.value_or(1) <= 0.05;
      }
      const double rate = alarms / double(repetitions);
      EXPECT_LT(rate, 0.06 + slack) << family << ' ' << treated << ' ' << control;
      EXPECT_GT(rate, 0.01) << family << ' ' << treated << ' ' << control;
    }
    ++family;
  }
}

}  // namespace
}  // namespace ca::stats
