#include "models/backtest.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "models/test_purchases.h"

namespace ca::models {
namespace {

const Cancellation kGoOn;

struct Compared {
  explicit Compared(const InventedShop& shop, std::size_t threads = 2)
      : purchases(0, shop.days - 1), pool(threads) {
    invent(shop, purchases);
  }
  Competition compete(std::int32_t end, const std::vector<std::string>& models) {
    return models::compete(purchases.days(), every_buyer(purchases.days()), Day{end}, 90, models,
                           {}, pool, kGoOn);
  }
  InventedPurchases purchases;
  ThreadPool pool;
};

TEST(RollingOrigins, LieInsideTheHistoryAndAreFixedBeforehand) {
  const RollingOrigins rolling = rolling_origins(Day{0}, Day{399}, 90);
  EXPECT_EQ(rolling.length, 90);
  ASSERT_EQ(rolling.origins.size(), 3U);
  EXPECT_EQ(rolling.origins[0].number, 399 - 180);
  EXPECT_EQ(rolling.origins[1].number, 399 - 135);
  EXPECT_EQ(rolling.origins[2].number, 399 - 90);
  EXPECT_EQ(rolling_origins(Day{0}, Day{99}, 90).length, 25);
  EXPECT_TRUE(rolling_origins(Day{0}, Day{54}, 90).origins.empty()) << "a quarter is 13 days";
}

TEST(Backtest, TheModelThatMadeTheDataIsNearTheTruthAndNaiveOnesAreNot) {
  Compared shop({.buyers = 6'000});
  const BuyerStates states =
      states_at(shop.purchases.days(), every_buyer(shop.purchases.days()), Day{299});
  FittedModels fitted(shop.purchases.days(), every_buyer(shop.purchases.days()), Day{299}, 100, {},
                      shop.pool, kGoOn);
  const Judged bgnbd = judge_at("bgnbd", fitted, states);
  // Parameters within three of the errors that the fit states of them.
  const InventedShop truth;
  const std::pair<const char*, double> parameters[] = {
      {"r", truth.r}, {"alpha", truth.alpha}, {"a", truth.a}, {"b", truth.b}};
  for (const auto& [name, value] : parameters) {
    EXPECT_NEAR(bgnbd.parameters.at(name), value, 3 * bgnbd.standard_errors.at(name)) << name;
  }
  EXPECT_LT(std::abs(*bgnbd.quality.bias), 0.1);
  const Judged naive = judge_at("past_rate", fitted, states);
  EXPECT_GT(*naive.quality.bias, 0.5);
  EXPECT_GT(*naive.quality.score(), *bgnbd.quality.score());
  // The mean of two models lies between them.
  const Judged mean = judge_at("geo(past_rate,bgnbd)", fitted, states);
  EXPECT_GT(mean.quality.value_predicted, bgnbd.quality.value_predicted);
  EXPECT_LT(mean.quality.value_predicted, naive.quality.value_predicted);
}

TEST(Backtest, NothingAfterTheEndIsLookedAt) {
  const InventedShop shop;
  InventedPurchases whole(0, shop.days - 1), cut(0, shop.days - 1);
  invent(shop, whole);
  const std::int32_t end = 299;
  for (std::size_t buyer = 0; buyer < whole.days().buyers(); ++buyer) {
    InventedPurchases::Purchases kept;
    for (std::size_t i = 0; i < whole.days().days_of(buyer).size(); ++i) {
      const std::int32_t day = whole.days().days_of(buyer)[i];
      if (day <= end) kept.emplace_back(day, whole.days().amounts_of(buyer)[i]);
    }
    if (kept.empty()) kept.emplace_back(shop.days - 1, 1e6);  // keeps the keys, known much later
    cut.add(kept);
  }
  ThreadPool pool(2);
  const auto held = [&](const InventedPurchases& purchases) {
    return compete(purchases.days(), every_buyer(purchases.days()), Day{end}, 60,
                   competing_models(), {}, pool, kGoOn);
  };
  const Competition with = held(whole), without = held(cut);
  EXPECT_EQ(with.champion, without.champion);
  EXPECT_EQ(with.scores, without.scores);
  ASSERT_EQ(with.scores.size(), competing_models().size());
}

TEST(Backtest, ThreadsChangeNothing) {
  Compared one({}, 1), two({}, 3);
  EXPECT_EQ(one.compete(399, competing_models()).scores,
            two.compete(399, competing_models()).scores);
}

TEST(Backtest, WithoutHistoryOrBuyersAModelIsUsedUnseenAndSaysSo) {
  Compared brief({.buyers = 500, .days = 50});
  const Competition competition = brief.compete(49, competing_models());
  EXPECT_EQ(competition.champion, "bgnbd");
  ASSERT_EQ(competition.notes.size(), 1U);
  Compared few({.buyers = 20});
  EXPECT_EQ(few.compete(399, competing_models()).champion, "bgnbd");
  EXPECT_FALSE(few.compete(399, competing_models()).notes.empty());
}

TEST(FittedModels, UnknownNamesAreToldTheKnownOnes) {
  Compared shop({.buyers = 50});
  FittedModels fitted(shop.purchases.days(), every_buyer(shop.purchases.days()), Day{399}, 30, {},
                      shop.pool, kGoOn);
  for (const char* name : {"bgndb", "", "geo(bgnbd)", "geo(,)", "geo(bgnbd,x)"}) {
    try {
      fitted.model(name);
      FAIL() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "E-PARAM") << name;
      EXPECT_NE(error.hint().find("paretonbd"), std::string::npos);
    }
  }
}

TEST(FittedModels, EveryModelIsFiniteOnOddHistories) {
  const auto check = [](const InventedPurchases& purchases) {
    ThreadPool pool(2);
    const std::vector<std::uint32_t> everybody = every_buyer(purchases.days());
    FittedModels fitted(purchases.days(), everybody, purchases.days().last, 180, {}, pool, kGoOn);
    const BuyerStates states = states_at(purchases.days(), everybody, purchases.days().last);
    for (const std::string& name : value_model_names()) {
      const Expected expected = fitted.model(name).expect(states, 180, pool);
      ASSERT_EQ(expected.value.size(), states.size());
      for (std::size_t i = 0; i < states.size(); ++i) {
        EXPECT_TRUE(std::isfinite(expected.value[i]) && expected.value[i] >= 0) << name;
        EXPECT_TRUE(std::isfinite(expected.orders[i]) && expected.orders[i] >= 0) << name;
      }
      double total = 0;
      for (const double share : fitted.model(name).course(states, 180)) total += share;
      EXPECT_NEAR(total, 1, 1e-9) << name;
    }
  };
  InventedPurchases one(0, 400);
  one.add({{400, 12}});
  check(one);
  InventedPurchases once_each(0, 400);
  for (int i = 0; i < 200; ++i) once_each.add({{i, 20}});
  check(once_each);
  InventedPurchases same(0, 400);
  for (int i = 0; i < 200; ++i) same.add({{0, 5}, {10, 5}, {20, 5}});
  check(same);
  InventedPurchases unpaid(0, 400);
  for (int i = 0; i < 200; ++i) unpaid.add({{i, 0}, {i + 30, -4}});
  check(unpaid);
}

}  // namespace
}  // namespace ca::models
