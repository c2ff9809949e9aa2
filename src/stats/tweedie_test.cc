#include "stats/tweedie.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "stats/random.h"

namespace ca::stats {
namespace {

std::vector<std::string> codes_of(const TweedieFit& fit) {
  std::vector<std::string> codes;
  for (const Note& note : fit.notes) codes.push_back(note.code);
  return codes;
}

double log_density(double y, double mean, double dispersion, double power) {
  return TweedieDensity(power).log(y, mean, dispersion);
}

/// A Poisson number of gamma amounts.
double drawn(double mean, double dispersion, double power, RandomStream& random) {
  const auto count = random.poisson(std::pow(mean, 2 - power) / (dispersion * (2 - power)));
  if (count == 0) return 0;
  const double shape = (2 - power) / (power - 1);
  const double scale = dispersion * (power - 1) * std::pow(mean, power - 1);
  return random.gamma(shape * static_cast<double>(count)) * scale;
}

RegressionRows invented(std::size_t rows, double power, double dispersion) {
  RegressionRows result;
  result.features = 3;
  for (std::size_t i = 0; i < rows; ++i) {
    RandomStream random(12, i);
    const double x[] = {random.normal(), 5 + 20 * random.uniform(), 1e6 * random.normal()};
    result.x.insert(result.x.end(), std::begin(x), std::end(x));
    const double mean = std::exp(1 + .6 * x[0] - .08 * x[1]);
    result.y.push_back(drawn(mean, dispersion, power, random));
  }
  return result;
}

/// Sixty rows with weights 1 to 4, of which twenty are 0.
RegressionRows sixty() {
  RegressionRows rows;
  rows.features = 2;
  for (int i = 0; i < 60; ++i) {
    const double x1 = i * 37 % 23 / 4.0;
    rows.x.push_back(x1);
    rows.x.push_back(i * i % 17 - 8.0);
    rows.y.push_back(i % 3 == 0 ? 0.0 : i * 53 % 29 * (1 + x1) / 2);
    rows.weight.push_back(1 + i % 4);
  }
  return rows;
}

void expect_model(const TweedieOptions& options, double intercept, double first, double second) {
  const auto fit = fit_tweedie(sixty(), options);
  EXPECT_TRUE(fit.is_converged);
  EXPECT_NEAR(fit.model.intercept, intercept, 2e-6);
  EXPECT_NEAR(fit.model.coefficients[0], first, 5e-7);
  EXPECT_NEAR(fit.model.coefficients[1], second, 5e-7);
}

// Expected: the same loss minimised directly, scipy.optimize (Nelder-Mead, then BFGS).
TEST(Tweedie, AgreesWithDirectMinimisation) {
  expect_model({{1.5}, 1e-3}, 1.874465837, 0.3157628445, 0.04090110578);
  expect_model({{1.5}, .1}, 1.977689387, 0.2841115833, 0.03823373777);
  expect_model({{1.2}, 0}, 1.883784284, 0.3108060868, 0.04635532028);
}

// Without a ridge a feature that tells two groups apart gives each its weighted mean, by hand:
// (0 + 3 x 4) / 4 = 3 and (6 + 0 + 2 x 9) / 4 = 6.
TEST(Tweedie, TwoGroupsGetTheirMeans) {
  const RegressionRows rows = {1, {0, 0, 1, 1, 1}, {0, 4, 6, 0, 9}, {1, 3, 1, 1, 2}};
  for (const double power : {1.1, 1.5, 1.9}) {
    const auto fit = fit_tweedie(rows, {{power}, 0});
    EXPECT_NEAR(fit.model.predict(std::vector<double>{0}), 3, 1e-8);
    EXPECT_NEAR(fit.model.predict(std::vector<double>{1}), 6, 1e-8);
  }
}

// Expected: the Poisson mixture of gammas summed by scipy.stats.
TEST(Tweedie, DensityIsThatOfASumOfGammas) {
  EXPECT_NEAR(log_density(0, 2, 1.5, 1.5), -1.88561808316, 1e-10);
  EXPECT_NEAR(log_density(3, 2, 1.5, 1.5), -2.13336990484, 1e-10);
  EXPECT_NEAR(log_density(100, 20, .3, 1.2), -134.9312696, 1e-6);
  EXPECT_NEAR(log_density(.01, 5, 4, 1.8), 0.672429262751, 1e-10);
  EXPECT_NEAR(log_density(7, 7, .02, 1.35), -0.276940707604, 1e-10);
  // Where the saddle point takes over from 10,000 terms on, below the dispersion 4e-4 for y = 4.
  const double series = log_density(4, 4.01, 4.01e-4, 1.5);
  const double saddle = log_density(4, 4.01, 3.99e-4, 1.5);
  EXPECT_NEAR(series, saddle, 5e-3);
}

TEST(Tweedie, DensityAddsUpToOne) {
  TweedieDensity density(1.6);
  double total = std::exp(density.log(0, 3, 2));
  double mean = 0;
  for (double log_y = -14; log_y < 6; log_y += 1e-3) {
    const double y = std::exp(log_y);
    const double mass = 1e-3 * y * std::exp(density.log(y, 3, 2));
    total += mass;
    mean += mass * y;
  }
  EXPECT_NEAR(total, 1, 2e-5);  // what lies below e^-14 is left out
  EXPECT_NEAR(mean, 3, 1e-4);
}

// 20,000 rows of which two thirds are 0. The third feature, millions without influence, must not
// disturb; tolerances are about four standard errors.
TEST(Tweedie, FindsTheTruthOfInventedRows) {
  const auto rows = invented(20'000, 1.65, 3);
  const auto fit = fit_tweedie(rows, {{1.2, 1.35, 1.5, 1.65, 1.8}, 1e-6});
  EXPECT_TRUE(fit.is_converged);
  EXPECT_EQ(fit.model.power, 1.65);
  EXPECT_NEAR(fit.model.dispersion, 3, .2);
  EXPECT_NEAR(fit.model.intercept, 1, .2);
  EXPECT_NEAR(fit.model.coefficients[0], .6, .06);
  EXPECT_NEAR(fit.model.coefficients[1], -.08, .01);
  EXPECT_NEAR(fit.model.coefficients[2], 0, 6e-8);
  double predicted = 0;
  double actual = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    predicted += fit.model.predict(rows.features_of(i));
    actual += rows.y[i];
  }
  EXPECT_NEAR(predicted / actual, 1, .02);
  EXPECT_THAT(predict(fit.model, rows), testing::Contains(fit.model.predict(rows.features_of(7))));
}

TEST(Tweedie, ThreadsChangeNoByte) {
  const auto rows = invented(20'000, 1.5, 3);
  ThreadPool pool(3);
  const auto one = fit_tweedie(rows, {{1.5}, 1e-3});
  const auto many = fit_tweedie(rows, {{1.5}, 1e-3}, &pool);
  EXPECT_EQ(one.model.intercept, many.model.intercept);
  EXPECT_EQ(one.model.coefficients, many.model.coefficients);
  EXPECT_EQ(one.log_likelihood, many.log_likelihood);
  EXPECT_EQ(predict(one.model, rows), predict(one.model, rows, &pool));
}

TEST(Tweedie, UnitsOfMoneyAndFeaturesChangeNothing) {
  auto rows = sixty();
  const auto one = fit_tweedie(rows);
  for (double& y : rows.y) y *= 1e7;
  for (double& x : rows.x) x = x * 1e-5 + 3;
  const auto other = fit_tweedie(rows);
  EXPECT_EQ(one.model.power, other.model.power);
  EXPECT_NEAR(other.model.predict(rows.features_of(5)) / 1e7,
              one.model.predict(sixty().features_of(5)), 1e-6);
  EXPECT_NEAR(other.model.dispersion / (one.model.dispersion * std::pow(1e7, 2 - one.model.power)),
              1, 1e-4);
}

TEST(Tweedie, ARowFarFromAllOthersIsNotPromisedAFortune) {
  const auto fit = fit_tweedie(sixty());
  double highest = 0;
  for (const double mean : predict(fit.model, sixty())) highest = std::max(highest, mean);
  for (const double x : {1e3, 1e300, -1e300}) {
    const double mean = fit.model.predict(std::vector<double>{x, -x});
    EXPECT_TRUE(std::isfinite(mean) && mean > 0);
    EXPECT_LE(mean, highest * 2.72);
  }
}

TEST(Tweedie, OddRowsGiveFiniteAnswers) {
  EXPECT_THAT(codes_of(fit_tweedie({2, {}, {}, {}})), testing::ElementsAre("no-rows"));
  const auto zero = fit_tweedie({1, {1, 2}, {0, 0}, {}});
  EXPECT_THAT(codes_of(zero), testing::ElementsAre("all-zero"));
  EXPECT_EQ(zero.model.predict(std::vector<double>{5}), 0);
  // Constant and doubled features; one row; more features than rows; a feature that separates
  // zeros from the rest; no feature; amounts of every size.
  const std::vector<RegressionRows> odd = {{3, {1, 2, 2, 1, 3, 3, 1, 5, 5}, {1, 0, 4}, {}},
                                           {2, {1, 2}, {5}, {}},
                                           {4, {1, 2, 3, 4, 4, 3, 2, 1}, {5, 1}, {}},
                                           {1, {0, 0, 0, 1, 1, 1}, {0, 0, 0, 2, 3, 4}, {}},
                                           {0, {}, {1, 0, 4}, {}},
                                           {1, {1e300, -1e300, 0, 1}, {1e-9, 1e9, 0, 1}, {}},
                                           {1, {1, 2, 3}, {7, 7, 7}, {1e-9, 1, 1e9}}};
  for (std::size_t i = 0; i < odd.size(); ++i) {
    for (const double ridge : {0.0, 1e-3}) {
      const auto fit = fit_tweedie(odd[i], {{1.2, 1.5, 1.8}, ridge});
      EXPECT_TRUE(std::isfinite(fit.log_likelihood)) << i;
      EXPECT_TRUE(std::isfinite(fit.model.dispersion) && fit.model.dispersion > 0) << i;
      for (const double mean : predict(fit.model, odd[i])) {
        EXPECT_TRUE(std::isfinite(mean) && mean >= 0) << i << ": " << mean;
      }
    }
  }
  EXPECT_THAT(codes_of(fit_tweedie(odd[0])), testing::Contains("constant-features"));
}

TEST(Tweedie, WrongRowsAndOptionsAreRefused) {
  EXPECT_THROW(fit_tweedie({1, {1, 2}, {1, -2}, {}}), Error);
  EXPECT_THROW(fit_tweedie({1, {1, NAN}, {1, 2}, {}}), Error);
  EXPECT_THROW(fit_tweedie({1, {1, 2}, {1, 2}, {1, 0}}), Error);
  EXPECT_THROW(fit_tweedie({2, {1, 2}, {1, 2}, {}}), Error);
  EXPECT_THROW(fit_tweedie({1, {1, 2}, {1, 2}, {}}, {{2.0}, 0}), Error);
  EXPECT_THROW(fit_tweedie({1, {1, 2}, {1, 2}, {}}, {{}, 0}), Error);
}

}  // namespace
}  // namespace ca::stats
