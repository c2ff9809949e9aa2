#include "stats/gamma_gamma.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "stats/cdnow_for_tests.h"
#include "stats/prediction_quality.h"

namespace ca::stats {
namespace {

std::vector<std::string> codes_of(const SpendingFit& fit) {
  std::vector<std::string> codes;
  for (const Note& note : fit.notes) codes.push_back(note.code);
  return codes;
}

/// Customers of a known model, with 1 to 12 purchases each.
SpendingCounts invented(const GammaGamma& truth, std::size_t customers, std::uint64_t seed) {
  SpendingCounts counts;
  for (std::size_t i = 0; i < customers; ++i) {
    RandomStream random(seed, i);
    const double n = 1 + std::floor(12 * random.uniform() * random.uniform());
    const double nu = random.gamma(truth.q) / truth.v;
    counts.purchases.push_back(n);
    counts.mean.push_back(random.gamma(truth.p * n) / nu / n);
  }
  return counts;
}

// Fader & Hardie 2013: 946 repeat buyers of the CDNOW sample, p 6.25, q 3.74, v 15.44 (15.45).
TEST(GammaGamma, HasThePublishedParametersOfCdnow) {
  const auto customers = cdnow("sample");
  if (!customers) GTEST_SKIP() << "the CDNOW data is not at ../shared/data/cdnow";
  const auto fit = fit_gamma_gamma({customers->counts.frequency, customers->mean_repeat, {}});
  EXPECT_EQ(fit.customers, 946);
  EXPECT_EQ(fit.left_out, 2357 - 946);
  EXPECT_NEAR(fit.model.p, 6.249, 2e-3);
  EXPECT_NEAR(fit.model.q, 3.745, 1e-3);
  EXPECT_NEAR(fit.model.v, 15.448, 1e-2);
  EXPECT_TRUE(fit.is_converged);
  EXPECT_THAT(fit.notes, testing::IsEmpty());
  for (const Parameter& parameter : fit.parameters) {
    EXPECT_GT(parameter.standard_error.value(), 0);
    EXPECT_LT(parameter.standard_error.value(), parameter.value);
  }

  double sum = 0;
  for (std::size_t i = 0; i < customers->mean_repeat.size(); ++i) {
    const Spending spending{customers->counts.frequency[i], customers->mean_repeat[i]};
    if (spending.purchases > 0) sum += fit.model.log_likelihood(spending);
  }
  EXPECT_NEAR(fit.log_likelihood, sum, 1e-8 * std::abs(sum));

  const auto of_all = fit_gamma_gamma({customers->purchases, customers->mean_purchase, {}});
  EXPECT_GT(of_all.customers, 2340);
  EXPECT_TRUE(of_all.is_converged);
  EXPECT_THAT(of_all.notes, testing::IsEmpty());
}

// Known figures of the full set: 23,570 customers, what they spent in the 39 weeks after the
// calibration, and how well it was foretold (to the digits given).
TEST(GammaGamma, ForetellsTheHoldoutOfCdnowAsWellAsIsKnown) {
  const auto customers = cdnow("master");
  if (!customers) GTEST_SKIP() << "the CDNOW data is not at ../shared/data/cdnow";
  const std::vector<double>& actual = customers->holdout_amount;
  EXPECT_EQ(actual.size(), 23'570U);
  EXPECT_NEAR(std::accumulate(actual.begin(), actual.end(), 0.0), 776'961.13, .005);

  const SpendingCounts repeats{customers->counts.frequency, customers->mean_repeat, {}};
  const SpendingCounts all{customers->purchases, customers->mean_purchase, {}};
  struct Known {
    PurchaseModelKind kind;
    const SpendingCounts& spending;
    double gini, spearman, top, error, bias;
  };
  const Known known[] = {{PurchaseModelKind::kBgnbd, repeats, .6721, .4208, .5156, 32.68, -.173},
                         {PurchaseModelKind::kBgnbd, all, .7095, .4292, .5240, 32.19, -.190},
                         {PurchaseModelKind::kParetonbd, all, .7195, .4495, .5236, 31.68, -.168}};
  const auto grouped = group_equal(customers->counts);
  for (const Known& one : known) {
    SCOPED_TRACE(testing::Message() << name_of(one.kind) << " " << one.gini);
    const auto purchases = fit_purchase_model(one.kind, grouped.rows);
    const auto orders = expected_orders(purchases.model, grouped.rows, 39);
    auto predicted = expected_means(fit_gamma_gamma(one.spending).model, one.spending);
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      predicted[i] *= orders[grouped.group_of[i]];
    }
    EXPECT_NEAR(normalised_gini(actual, predicted).value(), one.gini, 2e-4);
    EXPECT_NEAR(spearman_random_ties(actual, predicted).value(), one.spearman, 2e-4);
    EXPECT_NEAR(top_capture(actual, predicted).value(), one.top, 2e-4);
    EXPECT_NEAR(mean_absolute_error(actual, predicted).value(), one.error, .01);
    EXPECT_NEAR(bias(actual, predicted).value(), one.bias, 1e-3);
  }
}

// The mean of what nu says, p / nu, integrated numerically over its posterior.
TEST(GammaGamma, ExpectsWhatIntegrationOverThePosteriorGives) {
  const GammaGamma model{6.25, 3.74, 15.44, {}};
  const Spending spending{2, 30};
  double mass = 0;
  double mean = 0;
  for (double log_nu = -12; log_nu < 8; log_nu += 1e-3) {
    const double nu = std::exp(log_nu);
    const double density = std::exp((model.q + model.p * 2) * log_nu - nu * (model.v + 60));
    mass += density;
    mean += density * model.p / nu;
  }
  EXPECT_NEAR(model.expected_mean(spending), mean / mass, 1e-8);
  EXPECT_NEAR(model.expected_mean(), 6.25 * 15.44 / 2.74, 1e-12);
  EXPECT_EQ(model.expected_mean({0, 0}), model.expected_mean());
  // Three purchases for nothing say that amounts are small.
  EXPECT_NEAR(model.expected_mean({3, 0}), 6.25 * 15.44 / (3 * 6.25 + 2.74), 1e-12);
  EXPECT_EQ(model.expected_mean({3, -5}), model.expected_mean({3, 0}));
}

TEST(GammaGamma, LikelihoodsAddUpToOne) {
  const GammaGamma model{2.5, 3.74, 15.44, {}};
  for (const double n : {1.0, 4.0}) {
    double total = 0;
    for (double log_mean = -10; log_mean < 14; log_mean += 1e-3) {
      total += 1e-3 * std::exp(log_mean + model.log_likelihood({n, std::exp(log_mean)}));
    }
    EXPECT_NEAR(total, 1, 1e-8);
  }
}

// Three standard errors.
TEST(GammaGamma, FindsTheTruthOfInventedCustomers) {
  const GammaGamma truth{4, 3, 20, {}};
  const auto counts = invented(truth, 20'000, 5);
  const auto fit = fit_gamma_gamma(counts);
  const double values[] = {4, 3, 20};
  for (std::size_t i = 0; i < 3; ++i) {
    const double error = fit.parameters[i].standard_error.value();
    EXPECT_NEAR(fit.parameters[i].value, values[i], 3 * error) << fit.parameters[i].name;
    EXPECT_LT(error, .1 * values[i]);
  }
  // At the maximum moving any parameter lowers the likelihood.
  const auto likelihood = [&](const GammaGamma& model) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) sum += model.log_likelihood(counts.at(i));
    return sum;
  };
  const auto [p, q, v, none] = fit.model;
  EXPECT_NEAR(likelihood(fit.model), fit.log_likelihood, 1e-6);
  for (const double factor : {.995, 1.005}) {
    EXPECT_LT(likelihood({p * factor, q, v, {}}), fit.log_likelihood);
    EXPECT_LT(likelihood({p, q * factor, v, {}}), fit.log_likelihood);
    EXPECT_LT(likelihood({p, q, v * factor, {}}), fit.log_likelihood);
  }
}

TEST(GammaGamma, ThreadsAndUnitsOfMoneyChangeNothing) {
  auto counts = invented({4, 3, 20, {}}, 10'000, 6);
  ThreadPool pool(3);
  const auto one = fit_gamma_gamma(counts);
  const auto many = fit_gamma_gamma(counts, &pool);
  EXPECT_EQ(one.model.p, many.model.p);
  EXPECT_EQ(one.model.v, many.model.v);
  EXPECT_EQ(one.log_likelihood, many.log_likelihood);
  EXPECT_EQ(expected_means(one.model, counts), expected_means(one.model, counts, &pool));
  for (double& mean : counts.mean) mean *= 1e9;
  const auto other = fit_gamma_gamma(counts);
  EXPECT_NEAR(other.model.p, one.model.p, 1e-5);
  EXPECT_NEAR(other.model.v / 1e9, one.model.v, 1e-4);
}

TEST(GammaGamma, AWeightCountsAsSoManyCustomers) {
  const SpendingCounts twice = {{1, 1, 3, 3, 2, 5, 7, 7}, {10, 10, 25, 25, 40, 18, 5, 5}, {}};
  const SpendingCounts weighted = {{1, 3, 2, 5, 7}, {10, 25, 40, 18, 5}, {2, 2, 1, 1, 2}};
  const auto one = fit_gamma_gamma(twice);
  const auto other = fit_gamma_gamma(weighted);
  EXPECT_EQ(one.customers, other.customers);
  EXPECT_NEAR(one.log_likelihood, other.log_likelihood, 1e-6);
  EXPECT_NEAR(one.model.expected_mean({2, 30}), other.model.expected_mean({2, 30}), 1e-4);
}

TEST(GammaGamma, ZeroAndNegativeAmountsAreLeftOut) {
  auto counts = invented({4, 3, 20, {}}, 500, 8);
  const auto before = fit_gamma_gamma(counts);
  for (const auto& [n, mean] : {std::pair{2.0, 0.0}, {1.0, -3.0}, {0.0, 0.0}}) {
    counts.purchases.push_back(n);
    counts.mean.push_back(mean);
  }
  const auto after = fit_gamma_gamma(counts);
  EXPECT_EQ(after.left_out, 3);
  EXPECT_EQ(after.model.p, before.model.p);
  EXPECT_EQ(after.log_likelihood, before.log_likelihood);
}

TEST(GammaGamma, AmountsWithoutSpreadFallBackToMeans) {
  const auto none = fit_gamma_gamma({{1, 0}, {0, 0}, {}});
  EXPECT_THAT(codes_of(none), testing::ElementsAre("no-amounts"));
  EXPECT_EQ(none.model.expected_mean(), 0);
  EXPECT_EQ(none.model.expected_mean({1, 0}), 0);

  const auto one = fit_gamma_gamma({{3}, {20}, {}});
  EXPECT_THAT(codes_of(one), testing::ElementsAre("equal-amounts"));
  EXPECT_EQ(one.model.expected_mean(), 20);

  const auto equal = fit_gamma_gamma({{3, 1, 1}, {20, 20, 20}, {}});
  EXPECT_THAT(codes_of(equal), testing::ElementsAre("equal-amounts"));
  EXPECT_EQ(equal.model.expected_mean({2, 20}), 20);
  RandomStream random(1, 1);
  EXPECT_EQ(equal.model.draw_total({2, 20}, 3, random), 60);
}

TEST(GammaGamma, OddAmountsGiveFiniteAnswers) {
  // Nearly equal; two customers; so heavy a tail that q falls below 1; one purchase each.
  SpendingCounts tail;
  for (int i = 0; i < 400; ++i) {
    tail.purchases.push_back(20);
    tail.mean.push_back(std::exp(i / 12.0));
  }
  const auto heavy = fit_gamma_gamma(tail);
  EXPECT_THAT(codes_of(heavy), testing::Contains("no-mean"));
  EXPECT_EQ(heavy.model.expected_mean({20, 7}), 7);
  SpendingCounts single = invented({4, 3, 20, {}}, 300, 2);
  std::fill(single.purchases.begin(), single.purchases.end(), 1.0);
  for (const SpendingCounts& counts :
       {SpendingCounts{{1, 2, 3}, {20, 20.001, 20.002}, {}}, SpendingCounts{{1, 2}, {5, 50}, {}},
        tail, single, SpendingCounts{{1, 1, 1}, {1e-9, 1, 1e9}, {}},
        SpendingCounts{{1, 1000}, {1, 2}, {1e7, 1e7}}}) {
    const auto fit = fit_gamma_gamma(counts);
    EXPECT_TRUE(std::isfinite(fit.log_likelihood));
    EXPECT_TRUE(std::isfinite(fit.model.expected_mean()) && fit.model.expected_mean() > 0);
    for (const double mean : expected_means(fit.model, counts)) {
      EXPECT_TRUE(std::isfinite(mean) && mean > 0) << mean;
    }
  }
}

TEST(GammaGamma, ValuesThatAreNoNumbersAreRefused) {
  EXPECT_THROW(fit_gamma_gamma({{1, 2}, {1, NAN}, {}}), Error);
  EXPECT_THROW(fit_gamma_gamma({{1, 2}, {1, 2}, {1, 0}}), Error);
  EXPECT_THROW(fit_gamma_gamma({{1, 2}, {1}, {}}), Error);
}

// The mean of drawn spending is expected orders x expected amount; five of its standard errors.
TEST(GammaGamma, DrawnSpendingHasTheExpectedMean) {
  const PurchaseModel purchases = Bgnbd{.2426, 4.4135, .7929, 2.4258, false};
  const GammaGamma amounts{6.25, 3.74, 15.44, {}};
  const PurchaseHistory history{2, 30.43, 38.86};
  const Spending spending{3, 22};
  const auto draws = simulate_spending(purchases, amounts, history, spending, 26, 50'000, 3, 4);
  const auto n = static_cast<double>(draws.size());
  const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / n;
  double variance = 0;
  for (const double drawn : draws) variance += (drawn - mean) * (drawn - mean) / n;
  EXPECT_NEAR(mean, expected_orders(purchases, history, 26) * amounts.expected_mean(spending),
              5 * std::sqrt(variance / n));
  EXPECT_EQ(simulate_spending(purchases, amounts, history, spending, 26, 20, 3, 4),
            simulate_spending(purchases, amounts, history, spending, 26, 20, 3, 4));
}

}  // namespace
}  // namespace ca::stats
