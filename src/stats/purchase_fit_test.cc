#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "stats/cdnow_for_tests.h"
#include "stats/purchase_model.h"

namespace ca::stats {
namespace {

using Kind = PurchaseModelKind;

constexpr Kind kKinds[] = {Kind::kBgnbd, Kind::kMbgnbd, Kind::kParetonbd, Kind::kNbd};

std::vector<std::string> codes_of(const PurchaseFit& fit) {
  std::vector<std::string> codes;
  for (const Note& note : fit.notes) codes.push_back(note.code);
  return codes;
}

/// Whatever was fitted, it answers with finite numbers.
void expect_finite(const PurchaseFit& fit, const PurchaseCounts& counts) {
  EXPECT_TRUE(std::isfinite(fit.log_likelihood));
  for (const Parameter& parameter : fit.parameters) {
    EXPECT_TRUE(std::isfinite(parameter.value)) << parameter.name;
    EXPECT_TRUE(std::isfinite(parameter.standard_error.value_or(0)));
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double alive = p_alive(fit.model, counts.at(i));
    const double orders = expected_orders(fit.model, counts.at(i), 26);
    EXPECT_TRUE(alive >= 0 && alive <= 1);
    EXPECT_TRUE(std::isfinite(orders) && orders >= 0) << orders;
  }
}

PurchaseCounts invented(const PurchaseModel& truth, std::size_t customers, std::uint64_t seed,
                        double youngest = 10, double oldest = 80) {
  PurchaseCounts counts;
  for (std::size_t i = 0; i < customers; ++i) {
    RandomStream random(seed, i);
    const double age = youngest + (oldest - youngest) * random.uniform();
    counts.add(
        std::visit([&](const auto& model) { return model.draw_history(age, random); }, truth));
  }
  return counts;
}

class CdnowSample : public testing::Test {
 protected:
  void SetUp() override {
    customers_ = cdnow("sample");
    if (!customers_) GTEST_SKIP() << "the CDNOW data is not at ../shared/data/cdnow";
  }
  const PurchaseCounts& counts() const { return customers_->counts; }
  std::optional<CdnowCustomers> customers_;
};

void expect_parameters(const PurchaseFit& fit, const std::vector<double>& expected, double error) {
  ASSERT_EQ(fit.parameters.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(fit.parameters[i].value, expected[i], error) << fit.parameters[i].name;
    EXPECT_GT(fit.parameters[i].standard_error.value(), 0);
  }
}

// Fader, Hardie & Lee 2005, table 2: .243, 4.414, .793, 2.426. The digits often given, 4.4135 and
// 2.4258, are 6e-7 of log-likelihood below the maximum, which scipy finds at 4.41360 and 2.42591.
TEST_F(CdnowSample, BgnbdHasThePublishedParameters) {
  const auto fit = fit_purchase_model(Kind::kBgnbd, group_equal(counts()).rows);
  expect_parameters(fit, {.242595, 4.413602, .792922, 2.425907}, 1e-5);
  double published = 0;
  for (std::size_t i = 0; i < counts().size(); ++i) {
    published += log_likelihood(Bgnbd{.2426, 4.4135, .7929, 2.4258, false}, counts().at(i));
  }
  EXPECT_NEAR(published, fit.log_likelihood, 1e-5);
  EXPECT_LT(published, fit.log_likelihood);
  EXPECT_NEAR(fit.log_likelihood, -9582.43, 5e-3);
  EXPECT_TRUE(fit.is_converged);
  EXPECT_EQ(fit.customers, 2357);
  EXPECT_THAT(fit.notes, testing::IsEmpty());
}

TEST_F(CdnowSample, ParetonbdHasThePublishedParameters) {
  const auto fit = fit_purchase_model(Kind::kParetonbd, group_equal(counts()).rows);
  ASSERT_EQ(fit.parameters.size(), 4U);
  EXPECT_NEAR(fit.parameters[0].value, .5533, 6e-4);
  EXPECT_NEAR(fit.parameters[1].value, 10.578, 6e-3);
  EXPECT_NEAR(fit.parameters[2].value, .6061, 6e-4);
  EXPECT_NEAR(fit.parameters[3].value, 11.669, 2e-2);
  EXPECT_NEAR(fit.log_likelihood, -9595.0, 5e-2);
  EXPECT_TRUE(fit.is_converged);
}

TEST_F(CdnowSample, GroupingChangesNothingButTheCost) {
  const auto grouped = group_equal(counts());
  EXPECT_LT(grouped.rows.size(), counts().size());
  const auto one = fit_purchase_model(Kind::kMbgnbd, grouped.rows);
  const auto other = fit_purchase_model(Kind::kMbgnbd, counts());
  EXPECT_NEAR(one.log_likelihood, other.log_likelihood, 1e-7);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(one.parameters[i].value, other.parameters[i].value, 1e-4);
  }
}

// Three standard errors; each of the twelve is within in 997 of 1,000 such samples.
TEST(PurchaseFit, FindsTheTruthOfInventedCustomers) {
  const PurchaseModel bg = Bgnbd{.6, 5, .8, 2.5, false};
  const PurchaseModel mbg = Bgnbd{.6, 5, .8, 2.5, true};
  const PurchaseModel pareto = Paretonbd{.7, 6, .9, 14};
  const PurchaseModel staying = Nbd{.7, 6};
  const std::vector<std::pair<Kind, PurchaseModel>> truths = {
      {Kind::kBgnbd, bg}, {Kind::kMbgnbd, mbg}, {Kind::kParetonbd, pareto}, {Kind::kNbd, staying}};
  const std::vector<std::vector<double>> values = {
      {.6, 5, .8, 2.5}, {.6, 5, .8, 2.5}, {.7, 6, .9, 14}, {.7, 6}};
  for (std::size_t k = 0; k < truths.size(); ++k) {
    const auto counts = invented(truths[k].second, 8000, 17 + k);
    const auto fit = fit_purchase_model(truths[k].first, counts);
    EXPECT_TRUE(fit.is_converged);
    EXPECT_EQ(fit.kind, truths[k].first);
    for (std::size_t i = 0; i < values[k].size(); ++i) {
      const Parameter& parameter = fit.parameters[i];
      const double error = parameter.standard_error.value();
      EXPECT_NEAR(parameter.value, values[k][i], 3 * error) << k << " " << parameter.name;
      EXPECT_LT(error, .35 * values[k][i]) << k << " " << parameter.name;
    }
  }
}

TEST(PurchaseFit, ThreadsChangeNoByte) {
  const auto counts = invented(Paretonbd{.7, 6, .9, 14}, 30'000, 3);
  ThreadPool pool(3);
  for (const Kind kind : {Kind::kBgnbd, Kind::kParetonbd}) {
    const auto one = fit_purchase_model(kind, counts);
    const auto many = fit_purchase_model(kind, counts, &pool);
    EXPECT_EQ(one.log_likelihood, many.log_likelihood);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(one.parameters[i].value, many.parameters[i].value);
      EXPECT_EQ(one.parameters[i].standard_error, many.parameters[i].standard_error);
    }
    EXPECT_EQ(expected_orders(one.model, counts, 26),
              expected_orders(one.model, counts, 26, &pool));
    const std::vector<double> horizons = {1, 2, 3};
    EXPECT_EQ(expected_total_curve(one.model, counts, horizons),
              expected_total_curve(one.model, counts, horizons, {}, &pool));
  }
}

TEST(PurchaseFit, CustomersWhoNeverLeaveGetTheModelWithoutLeaving) {
  const auto counts = invented(Nbd{1.5, 6}, 3000, 5);
  for (const Kind kind : {Kind::kBgnbd, Kind::kMbgnbd, Kind::kParetonbd}) {
    const auto fit = fit_purchase_model(kind, counts);
    expect_finite(fit, {});
    // Either nothing is gained by leaving, or next to nobody leaves.
    if (fit.kind == Kind::kNbd) {
      EXPECT_THAT(codes_of(fit), testing::Contains("no-leaving"));
      EXPECT_NEAR(fit.parameters[0].value, 1.5, 3 * fit.parameters[0].standard_error.value());
    }
    EXPECT_GT(p_alive(fit.model, {5, 20, 22}), .95);
  }
}

TEST(PurchaseFit, NobodyBoughtTwice) {
  PurchaseCounts counts;
  for (int i = 0; i < 100; ++i) counts.add({0, 0, 10});
  for (const Kind kind : kKinds) {
    const auto fit = fit_purchase_model(kind, counts);
    EXPECT_THAT(codes_of(fit), testing::ElementsAre("no-repeats"));
    EXPECT_EQ(fit.kind, Kind::kNbd);
    EXPECT_EQ(fit.asked, kind);
    EXPECT_NEAR(fit.rate_upper_bound.value(), 2.9957 / 1000, 1e-7);
    EXPECT_NEAR(expected_orders(fit.model, {0, 0, 10}, 26), 26 * .5 / 1010, 1e-12);
    expect_finite(fit, counts);
  }
}

TEST(PurchaseFit, NothingToLearnFrom) {
  PurchaseCounts newcomers;
  newcomers.add({0, 0, 0}, 1000);
  for (const Kind kind : kKinds) {
    const auto fit = fit_purchase_model(kind, newcomers);
    EXPECT_THAT(codes_of(fit), testing::ElementsAre("no-time"));
    EXPECT_EQ(expected_orders(fit.model, {0, 0, 0}, 26), 0);
    expect_finite(fit, newcomers);
    EXPECT_THAT(codes_of(fit_purchase_model(kind, {})), testing::ElementsAre("no-customers"));
  }
}

TEST(PurchaseFit, OneCustomerOrEqualOnesGetAWeakPrior) {
  for (const double customers : {1.0, 500.0, 1e7}) {
    PurchaseCounts counts;
    counts.add({3, 20, 26}, customers);
    for (const Kind kind : kKinds) {
      SCOPED_TRACE(testing::Message() << name_of(kind) << " " << customers);
      const auto fit = fit_purchase_model(kind, counts);
      expect_finite(fit, counts);
      EXPECT_THAT(codes_of(fit), testing::Contains("weak-prior"));
      // Three purchases in half a year: neither none nor a dozen in the next.
      const double orders = expected_orders(fit.model, counts.at(0), 26);
      EXPECT_GT(orders, .5);
      EXPECT_LT(orders, 6);
    }
  }
}

// Everybody leaves after the first repeat purchase, or nobody's leaving differs from another's.
TEST(PurchaseFit, LikelihoodsThatRiseWithoutEndStayFinite) {
  for (const Kind kind : kKinds) {
    PurchaseCounts once;
    for (int i = 0; i < 200; ++i) once.add({1, .5 + i % 7, 100.0 + i});
    const auto all_leave = fit_purchase_model(kind, once);
    expect_finite(all_leave, once);

    const auto same = invented(Bgnbd{.5, 5, 3e4, 7e4, false}, 3000, 5);
    const auto no_difference = fit_purchase_model(kind, same);
    expect_finite(no_difference, same);
    if (kind == Kind::kBgnbd) {
      EXPECT_TRUE(no_difference.is_converged);
      EXPECT_THAT(codes_of(no_difference), testing::ElementsAre("weak-prior"));
      const double a = no_difference.parameters[2].value;
      const double b = no_difference.parameters[3].value;
      EXPECT_NEAR(a / (a + b), .3, .05);
    }
  }
}

TEST(PurchaseFit, AgesFromADayToTenYears) {
  auto counts = invented(Bgnbd{.6, 5, .8, 2.5, false}, 2000, 21, 1.0 / 7, 1);
  const auto old = invented(Bgnbd{.6, 5, .8, 2.5, false}, 2000, 22, 400, 500);
  for (std::size_t i = 0; i < old.size(); ++i) counts.add(old.at(i));
  counts.add({10000, 4900, 5000});
  for (const Kind kind : kKinds) {
    const auto fit = fit_purchase_model(kind, counts);
    EXPECT_TRUE(fit.is_converged) << name_of(kind);
    expect_finite(fit, counts);
  }
}

TEST(PurchaseFit, AWeightCountsAsSoManyCustomers) {
  auto counts = invented(Bgnbd{.6, 5, .8, 2.5, false}, 1500, 4);
  PurchaseCounts heavy;
  for (std::size_t i = 0; i < counts.size(); ++i) heavy.add(counts.at(i), 1e4);
  const auto fit = fit_purchase_model(Kind::kBgnbd, counts);
  const auto heavier = fit_purchase_model(Kind::kBgnbd, heavy);
  EXPECT_EQ(heavier.customers, 1.5e7);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(heavier.parameters[i].value / fit.parameters[i].value, 1, 1e-3);
    EXPECT_NEAR(*heavier.parameters[i].standard_error / *fit.parameters[i].standard_error, .01,
                1e-4);
  }
}

TEST(PurchaseFit, ImpossibleRowsAreNamed) {
  for (const PurchaseHistory& history : {PurchaseHistory{1, 5, 4},
                                         {-1, 0, 4},
                                         {1.5, 1, 4},
                                         {0, 1, 4},
                                         {1, NAN, 4},
                                         {1, 1, INFINITY}}) {
    PurchaseCounts counts;
    counts.add({2, 3, 4});
    counts.add(history);
    try {
      fit_purchase_model(Kind::kBgnbd, counts);
      ADD_FAILURE() << history.frequency << " " << history.recency;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "E-PARAM");
      EXPECT_THAT(error.message(), testing::HasSubstr("row 1 "));
    }
  }
}

TEST(GroupedCounts, AreSortedAndSayWhereCustomersWent) {
  PurchaseCounts customers;
  customers.add({2, 3, 4});
  customers.add({0, 0, 4}, 2);
  customers.add({2, 3, 4}, 5);
  customers.add({0, 0, .1});  // not whole days
  const auto [rows, group_of] = group_equal(customers);
  EXPECT_THAT(rows.frequency, testing::ElementsAre(0, 0, 2));
  EXPECT_THAT(rows.age, testing::ElementsAre(.1, 4, 4));
  EXPECT_THAT(rows.weight, testing::ElementsAre(1, 2, 6));
  EXPECT_THAT(group_of, testing::ElementsAre(2, 1, 2, 0));

  PurchaseCounts days;
  for (int i = 0; i < 5000; ++i) {
    days.add({static_cast<double>(i % 3), i % 3 == 0 ? 0 : (i % 40) / 7.0, (40 + i % 500) / 7.0});
  }
  const auto grouped = group_equal(days);
  for (std::size_t i = 0; i < days.size(); ++i) {
    const auto row = grouped.rows.at(grouped.group_of[i]);
    ASSERT_EQ(row.frequency, days.frequency[i]);
    ASSERT_EQ(row.recency, days.recency[i]);
    ASSERT_EQ(row.age, days.age[i]);
  }
  for (std::size_t g = 1; g < grouped.rows.size(); ++g) {
    const auto [x, t, age] = grouped.rows.at(g);
    const auto [x0, t0, age0] = grouped.rows.at(g - 1);
    ASSERT_LT(std::tuple(x0, t0, age0), std::tuple(x, t, age));
  }
}

}  // namespace
}  // namespace ca::stats
