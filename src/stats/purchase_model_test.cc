#include "stats/purchase_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace ca::stats {
namespace {

// Published estimates for the CDNOW sample.
const Bgnbd kBgnbd{.2426, 4.4135, .7929, 2.4258, false};
const Bgnbd kMbgnbd{.2426, 4.4135, .7929, 2.4258, true};
const Paretonbd kParetonbd{.5533, 10.578, .6061, 11.669};

void expect_relative(double value, double expected, double error) {
  EXPECT_NEAR(value, expected, error * std::abs(expected));
}

struct Case {
  PurchaseHistory history;
  double t;
  double alive;
  double orders;
};

void expect_cases(const PurchaseModel& model, const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    SCOPED_TRACE(testing::Message() << "x = " << one.history.frequency);
    expect_relative(p_alive(model, one.history), one.alive, 1e-9);
    expect_relative(expected_orders(model, one.history, one.t), one.orders, 1e-9);
  }
}

// Customer 1516 of the sample and the customer of "Implementing the BG/NBD model in Excel" (1.226).
TEST(PurchaseModel, BgnbdPredictsThePublishedValues) {
  EXPECT_NEAR(expected_orders(kBgnbd, 52), 1.444, 5e-4);
  EXPECT_NEAR(expected_orders(kBgnbd, {26, 30.86, 31}, 52), 25.76, 5e-3);
  EXPECT_NEAR(expected_orders(kBgnbd, {2, 30.43, 38.86}, 39), 1.226, 5e-4);
}

TEST(PurchaseModel, ParetonbdPredictsThePublishedValues) {
  EXPECT_NEAR(expected_orders(kParetonbd, 52), 1.473, 1e-3);
  EXPECT_NEAR(expected_orders(kParetonbd, {26, 30.86, 31}, 52), 25.46, 5e-3);
  EXPECT_NEAR(p_alive(kParetonbd, {26, 30.86, 31}), .9979, 5e-5);
}

// Expected: numerical integration over the probability to leave, scipy.integrate.quad.
TEST(PurchaseModel, BgnbdAndMbgnbdAgreeWithIntegration) {
  expect_relative(expected_orders(kBgnbd, 39), 1.1950518784095, 1e-11);
  expect_relative(expected_orders(kMbgnbd, 39), 0.989739098121, 1e-11);
  expect_cases(kBgnbd, {{{26, 30.86, 31}, 39, 0.968919231551, 20.7504839002},
                        {{0, 0, 30}, 26, 1, 0.165970868717},
                        {{2, 30.43, 38.86}, 39, 0.7266079973, 1.2259111999},
                        {{150, 200, 210}, 52, 0.127454361333, 4.25744458186},
                        {{3, 2, 400}, 26, 8.14635931195e-06, 1.6695281114e-06},
                        {{1, .5, 20}, .1, 0.294452929443, 0.00149741676176}});
  expect_cases(kMbgnbd, {{{26, 30.86, 31}, 39, 0.969979807429, 20.933964836},
                         {{0, 0, 30}, 26, 0.650212245963, 0.1102787231},
                         {{2, 30.43, 38.86}, 39, 0.774447423409, 1.34036007387},
                         {{150, 200, 210}, 52, 0.128188161129, 4.28417743707},
                         {{3, 2, 400}, 26, 9.9869933113e-06, 2.05153068301e-06},
                         {{1, .5, 20}, .1, 0.370824651917, 0.00188611044193}});
}

TEST(PurchaseModel, OrdersWhileActiveAgreeWithIntegrationFarFromTheOrdinary) {
  expect_relative(orders_while_active(.2426, 4.4135, .7929, 2.4258, 5000), 11.9759007732, 1e-10);
  expect_relative(orders_while_active(10000.3, 900, .8, 10002, 300), 2961.32784808, 1e-10);
  expect_relative(orders_while_active(.5, .01, 1, 1, 5000), 11.7388974425, 1e-10);
  expect_relative(orders_while_active(2, 3, 1e5, 3e5, 10), 2.80992478406, 1e-9);
  expect_relative(orders_while_active(.3, 5, .001, .002, 50), 2.1676958745468364, 1e-10);
}

// The sum and the integral must agree where one takes over from the other (about 3,000 terms).
TEST(PurchaseModel, OrdersWhileActiveHaveNoStepWhereTheMethodChanges) {
  double before = orders_while_active(.7, 1, .6, 3, 59.99);
  for (double t = 60; t < 80; t += .01) {
    const double orders = orders_while_active(.7, 1, .6, 3, t);
    EXPECT_LT(orders, before * (1 + 3e-4)) << t;
    EXPECT_GT(orders, before) << t;
    before = orders;
  }
}

// Expected: scipy.integrate.quad over the time of leaving.
TEST(PurchaseModel, ParetonbdAgreesWithIntegration) {
  struct One {
    Paretonbd model;
    PurchaseHistory history;
    double log_likelihood;
    double alive;
  };
  const Paretonbd late{.8, 30, 1.4, .5};
  const Paretonbd fast{2, .01, .05, 200};
  const std::vector<One> all = {
      {kParetonbd, {26, 30.86, 31}, -39.1307165906, 0.997918386913},
      {kParetonbd, {0, 0, 30}, -0.485712820631, 0.357139644177},
      {kParetonbd, {2, 30.43, 38.86}, -9.55412996082, 0.869144157852},
      {kParetonbd, {10000, 4000, 5000}, -879.103782032, 0},
      {kParetonbd, {3, 2, 400}, -8.98549633549, 3.85784184763e-06},
      {kParetonbd, {500, .2, 5000}, 1412.49188392, 0},
      {kParetonbd, {0, 0, 5000}, -0.673315716173, 0.00164528684463},
      {late, {26, 30.86, 31}, -52.7894607205, 0.993588893458},
      {late, {0, 0, 30}, -0.0229876725478, 0.00186079124395},
      {late, {500, .2, 5000}, 903.247302152, 0},
      {late, {0, 0, 5000}, -0.0234763964801, 4.27147124398e-08},
      {fast, {26, 30.86, 31}, -40.8206469745, 0.999967685699},
      {fast, {0, 0, 30}, -12.8567237926, 0.0422704932528},
      {fast, {10000, 4000, 5000}, -860.588854872, 0},
      {fast, {500, .2, 5000}, 3375.70953865, 0},
      {fast, {0, 0, 5000}, -12.8996844235, 1.36010159578e-06},
  };
  for (const One& one : all) {
    SCOPED_TRACE(testing::Message() << one.model.alpha << " x = " << one.history.frequency
                                    << " T = " << one.history.age);
    EXPECT_NEAR(log_likelihood(one.model, one.history), one.log_likelihood,
                1e-9 * std::max(1.0, std::abs(one.log_likelihood)));
    expect_relative(p_alive(one.model, one.history), one.alive, 1e-8);
  }
}

TEST(PurchaseModel, ParetonbdHasNothingSpecialAtSOne) {
  const PurchaseHistory history{3, 20, 30};
  const double near = expected_orders(Paretonbd{.5, 5, 1 + 1e-9, 7}, history, 26);
  EXPECT_NEAR(expected_orders(Paretonbd{.5, 5, 1, 7}, history, 26), near, 1e-7);
}

// Probabilities of all histories with the same age add up to 1: the likelihood of x is integrated
// over the times of the purchases, which are exchangeable up to the last one.
TEST(PurchaseModel, LikelihoodsAddUpToOne) {
  for (const PurchaseModel& model : {PurchaseModel(kBgnbd), PurchaseModel(kMbgnbd),
                                     PurchaseModel(kParetonbd), PurchaseModel(Nbd{.4, 6})}) {
    const double age = 10;
    double total = std::exp(log_likelihood(model, {0, 0, age}));
    for (double x = 1; x <= 250; ++x) {
      // x - 1 purchases anywhere before the last: t^(x-1) / (x-1)!
      constexpr int kSteps = 400;
      double sum = 0;
      for (int i = 0; i < kSteps; ++i) {
        const double t = age * (i + .5) / kSteps;
        sum +=
            std::exp(log_likelihood(model, {x, t, age}) + (x - 1) * std::log(t) - std::lgamma(x));
      }
      total += sum * age / kSteps;
    }
    EXPECT_NEAR(total, 1, 2e-4) << model.index();
  }
}

// Gradients are by logarithms of the parameters.
TEST(PurchaseModel, GradientsAgreeWithDifferences) {
  PurchaseCounts counts;
  for (const PurchaseHistory& history : {PurchaseHistory{0, 0, 30},
                                         {2, 10, 38},
                                         {26, 30.86, 31},
                                         {1, 1, 400},
                                         {0, 0, 0},
                                         {5, 9, 9},
                                         {10000, 4000, 5000},
                                         {300, 1, 4000}}) {
    counts.add(history, 1 + history.frequency / 7);
  }
  const auto compare = [&](const auto& likelihood_of, std::vector<double> theta) {
    std::vector<double> gradient(theta.size());
    likelihood_of(theta).add(counts, 0, counts.size(), gradient);
    for (std::size_t i = 0; i < theta.size(); ++i) {
      constexpr double kStep = 1e-5;
      std::vector<double> ignored(theta.size());
      std::vector<double> moved = theta;
      moved[i] += kStep;
      const double above = likelihood_of(moved).add(counts, 0, counts.size(), ignored);
      moved[i] -= 2 * kStep;
      const double below = likelihood_of(moved).add(counts, 0, counts.size(), ignored);
      EXPECT_NEAR(gradient[i], (above - below) / (2 * kStep), 1e-7 * std::abs(above) + 1e-4)
          << "parameter " << i;
    }
  };
  const auto e = [](double value) { return std::exp(value); };
  for (const bool at_once : {false, true}) {
    compare(
        [&](const std::vector<double>& p) {
          return BgnbdLikelihood({e(p[0]), e(p[1]), e(p[2]), e(p[3]), at_once}, 10000);
        },
        {-1.2, 1.4, -.3, .9});
  }
  const auto pareto = [&](const std::vector<double>& p) {
    return ParetonbdLikelihood({e(p[0]), e(p[1]), e(p[2]), e(p[3])}, 10000);
  };
  compare(pareto, {-.6, 2.3, -.5, 2.4});
  compare(pareto, {.6, 3.3, .5, -1.4});
  compare(
      [&](const std::vector<double>& p) {
        return NbdLikelihood({e(p[0]), e(p[1])}, 10000);
      },
      {-.6, 2.3});
}

TEST(PurchaseModel, NothingOverflows) {
  const std::vector<PurchaseModel> models = {kBgnbd,
                                             kMbgnbd,
                                             kParetonbd,
                                             Nbd{},
                                             Bgnbd{1e-7, 1e-7, 1e-7, 1e-7, false},
                                             Bgnbd{1e7, 1e7, 1e7, 1e7, true},
                                             Bgnbd{1e-7, 1e7, 1e7, 1e-7, true},
                                             Paretonbd{1e-7, 1e-7, 1e-7, 1e-7},
                                             Paretonbd{1e7, 1e7, 1e7, 1e7},
                                             Paretonbd{1e7, 1e-7, 1e-7, 1e7},
                                             Paretonbd{1e-7, 1e7, 1e7, 1e-7}};
  const std::vector<PurchaseHistory> histories = {{0, 0, 0},
                                                  {0, 0, 5000},
                                                  {1, 0, 0},
                                                  {1, 5000, 5000},
                                                  {1, .1429, 5000},
                                                  {10000, 5000, 5000},
                                                  {10000, .1429, 5000},
                                                  {10000, 1429, 1429}};
  for (std::size_t m = 0; m < models.size(); ++m) {
    for (const PurchaseHistory& history : histories) {
      SCOPED_TRACE(testing::Message() << m << " x = " << history.frequency
                                      << " t = " << history.recency << " T = " << history.age);
      // The rate 0 has no likelihood for a purchase.
      EXPECT_TRUE(m == 3 || std::isfinite(log_likelihood(models[m], history)));
      const double alive = p_alive(models[m], history);
      EXPECT_TRUE(alive >= 0 && alive <= 1) << alive;
      for (const double t : {0.0, .1, 26.0, 5000.0}) {
        const double orders = expected_orders(models[m], history, t);
        EXPECT_TRUE(std::isfinite(orders) && orders >= 0) << t << ": " << orders;
      }
    }
    const double orders = expected_orders(models[m], 26);
    EXPECT_TRUE(std::isfinite(orders) && orders >= 0) << orders;
  }
}

TEST(PurchaseModel, CurvesAreTheExpectationsAtEachHorizon) {
  PurchaseCounts counts;
  counts.add({0, 0, 0}, 3);
  counts.add({0, 0, 30}, 2);
  counts.add({26, 30.86, 31});
  counts.add({2, 1, 200}, .5);
  std::vector<double> days(180);
  for (std::size_t i = 0; i < days.size(); ++i) days[i] = static_cast<double>(i + 1) / 7;
  for (const PurchaseModel& model : {PurchaseModel(kBgnbd), PurchaseModel(kMbgnbd),
                                     PurchaseModel(kParetonbd), PurchaseModel(Nbd{.4, 6})}) {
    const auto curves = expected_curves(model, counts, days);
    const auto total = expected_total_curve(model, counts, days);
    const auto few = expected_curves(model, counts, std::span(days).first(3));
    for (std::size_t h = 0; h < days.size(); ++h) {
      double sum = 0;
      for (std::size_t i = 0; i < counts.size(); ++i) {
        const double orders = expected_orders(model, counts.at(i), days[h]);
        EXPECT_NEAR(curves[i * days.size() + h], orders, 1e-7 * curves[(i + 1) * days.size() - 1]);
        if (h < 3) {
          EXPECT_DOUBLE_EQ(few[i * 3 + h], orders);
        }
        sum += counts.weight_at(i) * orders;
      }
      EXPECT_NEAR(total[h], sum, 1e-7 * total.back());
    }
    EXPECT_THAT(expected_curves(model, counts, {}), testing::IsEmpty());
  }
}

TEST(PurchaseModel, CurvesOverACenturyAreTheExpectationsToo) {
  PurchaseCounts counts;
  counts.add({0, 0, 0});
  counts.add({26, 30.86, 31});
  std::vector<double> horizons(100);
  for (std::size_t i = 0; i < horizons.size(); ++i) horizons[i] = 50 * static_cast<double>(i + 1);
  for (const PurchaseModel& model : {PurchaseModel(kBgnbd), PurchaseModel(kParetonbd)}) {
    const auto curves = expected_curves(model, counts, horizons);
    for (std::size_t i = 0; i < curves.size(); ++i) {
      const double orders = expected_orders(model, counts.at(i / 100), horizons[i % 100]);
      EXPECT_NEAR(curves[i] / orders, 1, 1e-7) << i;
    }
  }
}

// The mean of draws from the posterior is the conditional expectation; 40,000 draws, five standard
// errors of their own.
TEST(PurchaseModel, PosteriorDrawsHaveTheExpectedMean) {
  for (const PurchaseModel& model : {PurchaseModel(kBgnbd), PurchaseModel(kMbgnbd),
                                     PurchaseModel(kParetonbd), PurchaseModel(Nbd{.4, 6})}) {
    for (const PurchaseHistory& history :
         {PurchaseHistory{26, 30.86, 31}, {0, 0, 30}, {2, 30.43, 38.86}}) {
      constexpr std::size_t kDraws = 40'000;
      const auto draws = simulate_orders(model, history, 26, kDraws, 7, 11);
      const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / kDraws;
      double variance = 0;
      for (const auto drawn : draws) {
        const double off = static_cast<double>(drawn) - mean;
        variance += off * off / kDraws;
      }
      EXPECT_NEAR(mean, expected_orders(model, history, 26), 5 * std::sqrt(variance / kDraws))
          << model.index() << " x = " << history.frequency;
    }
    EXPECT_EQ(simulate_orders(model, {2, 30.43, 38.86}, 26, 50, 7, 11),
              simulate_orders(model, {2, 30.43, 38.86}, 26, 50, 7, 11));
    EXPECT_NE(simulate_orders(model, {2, 30.43, 38.86}, 26, 50, 7, 11),
              simulate_orders(model, {2, 30.43, 38.86}, 26, 50, 7, 12));
  }
}

}  // namespace
}  // namespace ca::stats
