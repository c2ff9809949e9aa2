#include "nets/purchase_amount.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "base/error.h"
#include "nets/test_support.h"

namespace ca::nets {
namespace {

const Cancellation kNever;

PurchaseAmount::Options small() {
  PurchaseAmount::Options options;
  options.window = 8;
  options.filters = 8;
  options.units = 12;
  options.max_targets = 6000;
  options.training.max_epochs = 15;
  return options;
}

/// Many purchases each, so that a taste can be known.
SimulatedShop loyal_shop(std::size_t customers, std::uint64_t seed) {
  SimulatedShop shop;
  shop.leaves = 0.03;
  return shop.simulate(customers, seed);
}

TEST(PurchaseAmount, FindsTastesAndFreePurchases) {
  const SimulatedShop shop = loyal_shop(800, 1);
  const auto learnt = PurchaseAmount::train(shop.histories, shop.end, small(), kNever);
  ThreadPool pool(2);
  const auto answer = learnt.predict(shop.histories, shop.end, pool, kNever);
  std::vector<double> guessed_taste;
  std::vector<double> true_taste;
  double free = 0;
  double deviation = 0;
  double expected = 0;
  double happened = 0;
  for (std::size_t i = 0; i < shop.histories.size(); ++i) {
    if (shop.next_amounts[i] >= 0) {
      expected += answer.expected[i];
      happened += shop.next_amounts[i];
    }
    if (shop.histories[i].size() < 8) continue;
    guessed_taste.push_back(answer.amounts[i].mu);
    true_taste.push_back(shop.tastes[i]);
    free += answer.amounts[i].none;
    deviation += answer.amounts[i].sigma;
  }
  const auto known = static_cast<double>(true_taste.size());
  ASSERT_GT(known, 300);
  EXPECT_GT(correlation(guessed_taste, true_taste), 0.9);
  EXPECT_NEAR(free / known, 0.05, 0.02);
  // What is not known of a taste from eight purchases adds to the amounts' own deviation, 0.3.
  EXPECT_NEAR(deviation / known, 0.34, 0.06);
  EXPECT_NEAR(expected / happened, 1, 0.1);
}

TEST(PurchaseAmount, TheLastAmountIsSeenMostClearly) {
  SimulatedShop shop;
  shop.leaves = 0.03;
  shop.taste_deviation = 0;
  shop.echo = 0.9;
  shop.simulate(800, 2);
  const auto learnt = PurchaseAmount::train(shop.histories, shop.end, small(), kNever);
  ThreadPool pool(1);
  const auto answer = learnt.predict(shop.histories, shop.end, pool, kNever);
  std::vector<double> guessed;
  std::vector<double> truth;
  for (std::size_t i = 0; i < shop.histories.size(); ++i) {
    const auto amounts = shop.histories[i].amounts;
    if (amounts.empty() || amounts.back() <= 0) continue;
    guessed.push_back(answer.amounts[i].mu);
    truth.push_back(shop.taste + 0.9 * (std::log(amounts.back()) - shop.taste));
  }
  EXPECT_GT(correlation(guessed, truth), 0.9);
}

TEST(PurchaseAmount, SameSeedSameBytesOnAnyNumberOfThreads) {
  const SimulatedShop shop = SimulatedShop().simulate(300, 3);
  PurchaseAmount::Options options = small();
  options.training.max_epochs = 2;
  options.max_targets = 500;
  const auto first = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  const auto second = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  EXPECT_EQ(bytes_of(first.save("x")), bytes_of(second.save("x")));
  options.training.seed = 2;
  const auto third = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  EXPECT_NE(bytes_of(first.save("x")), bytes_of(third.save("x")));

  ThreadPool one(1);
  ThreadPool three(3);
  const auto alone = first.predict(shop.histories, shop.end, one, kNever);
  EXPECT_EQ(alone.amounts, first.predict(shop.histories, shop.end, three, kNever).amounts);
  const auto kept = PurchaseAmount::of(model_of(bytes_of(first.save("x")), "m"));
  EXPECT_EQ(kept.predict(shop.histories, shop.end, one, kNever).expected, alone.expected);
  EXPECT_EQ(bytes_of(kept.save("x")), bytes_of(first.save("x")));
}

TEST(PurchaseAmount, WhatComesAfterTheEndChangesNothing) {
  const SimulatedShop shop = SimulatedShop().simulate(200, 4);
  const Histories longer = with_another_future(shop.histories, shop.end + 1);
  PurchaseAmount::Options options = small();
  options.training.max_epochs = 2;
  const auto known = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  const auto all = PurchaseAmount::train(longer, shop.end, options, kNever);
  EXPECT_EQ(bytes_of(known.save("x")), bytes_of(all.save("x")));
  ThreadPool pool(1);
  EXPECT_EQ(known.predict(shop.histories, shop.end, pool, kNever).expected,
            known.predict(longer, shop.end, pool, kNever).expected);
}

/// After one epoch the validation loss has decided nothing yet.
TEST(PurchaseAmount, WhatHappensInTheValidationWindowIsNotLearnt) {
  const SimulatedShop shop = SimulatedShop().simulate(200, 9);
  PurchaseAmount::Options options = small();
  options.training.max_epochs = 1;
  options.training.final_epochs = 0;
  const auto first = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  const double from = first.training().validation_from;
  const auto other =
      PurchaseAmount::train(with_another_future(shop.histories, from), shop.end, options, kNever);
  EXPECT_EQ(bytes_of(first.save("x")), bytes_of(other.save("x")));
  EXPECT_NE(first.training().best.validation_loss, other.training().best.validation_loss);
  const auto earlier = PurchaseAmount::train(with_another_future(shop.histories, from - 20),
                                             shop.end, options, kNever);
  EXPECT_NE(bytes_of(first.save("x")), bytes_of(earlier.save("x")));
}

TEST(PurchaseAmount, ExpectsNoMoreThanAlmostAllHaveSpent) {
  SimulatedShop shop;
  shop.taste_deviation = 0;
  shop.amount_deviation = 3;  // its mean is exp(4.5) times the median
  shop.simulate(300, 5);
  shop.histories.add({}, {});
  PurchaseAmount::Options options = small();
  options.training.max_epochs = 3;
  const auto learnt = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  ThreadPool pool(1);
  const auto answer = learnt.predict(shop.histories, shop.end, pool, kNever);
  const double most = learnt.save("x").scalar("most");
  for (const double expected : answer.expected) EXPECT_LE(expected, most);
  EXPECT_EQ(answer.expected.back(), 0);
  EXPECT_EQ(answer.amounts.back().none, 1);
}

TEST(PurchaseAmount, TooLittleIsRefusedAndWorkCanBeCancelled) {
  Histories few;
  const std::array<double, 3> days = {20'000, 20'010, 20'030};
  few.add(days, days);
  try {
    PurchaseAmount::train(few, 20'100, small(), kNever);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-TRAINING");
  }
  const SimulatedShop shop = SimulatedShop().simulate(200, 6);
  Cancellation cancellation;
  try {
    PurchaseAmount::train(shop.histories, shop.end, small(), cancellation,
                          [&](const Epoch&) { cancellation.cancel(); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-CANCELLED");
  }
  PurchaseAmount::Options options = small();
  options.training.max_epochs = 1;
  const auto learnt = PurchaseAmount::train(shop.histories, shop.end, options, kNever);
  ThreadPool pool(2);
  EXPECT_THROW(learnt.predict(shop.histories, shop.end, pool, cancellation), Error);
}

TEST(PurchaseAmount, OddMeasuresAreRefused) {
  const SimulatedShop shop = SimulatedShop().simulate(100, 11);
  for (const std::size_t window : {0U, 1U, 65U}) {
    PurchaseAmount::Options options = small();
    options.window = window;
    EXPECT_THROW(PurchaseAmount::train(shop.histories, shop.end, options, kNever), Error);
  }
}

TEST(PurchaseAmount, AModelOfAnotherKindOrShapeIsRefused) {
  const SimulatedShop shop = SimulatedShop().simulate(200, 7);
  PurchaseAmount::Options options = small();
  options.training.max_epochs = 1;
  const Model good = PurchaseAmount::train(shop.histories, shop.end, options, kNever).save("x");
  PurchaseAmount::of(good);
  Model bad = good;
  bad.kind = "next_purchase";
  EXPECT_THROW(PurchaseAmount::of(bad), Error);
  for (std::size_t i = 0; i < good.scalars.size(); ++i) {
    bad = good;
    bad.scalars.erase(bad.scalars.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_THROW(PurchaseAmount::of(bad), Error);
  }
  for (std::size_t i = 0; i < good.tensors.size(); ++i) {
    bad = good;
    bad.tensors[i].second = Tensor({1});
    EXPECT_THROW(PurchaseAmount::of(bad), Error);
  }
}

/// Prints what docs/performance.md says, and looks at the truth more closely.
TEST(PurchaseAmount, LearnsTenThousandAndAnswersAMillion) {
  if (std::getenv("CA_LONG") == nullptr) GTEST_SKIP() << "CA_LONG is not set";
  const SimulatedShop shop = SimulatedShop().simulate(10'000, 8);
  std::optional<PurchaseAmount> learnt;
  std::cout << "learning: " << seconds_of([&] {
    learnt = PurchaseAmount::train(shop.histories, shop.end, {}, kNever, [](const Epoch& epoch) {
      std::cout << epoch.number << ' ' << epoch.loss << ' ' << epoch.validation_loss << '\n';
    });
  }) << " s\n";
  ThreadPool pool(2);
  const auto answer = learnt->predict(shop.histories, shop.end, pool, kNever);
  double expected = 0;
  double happened = 0;
  for (std::size_t i = 0; i < shop.histories.size(); ++i) {
    if (shop.next_amounts[i] < 0) continue;
    expected += answer.expected[i];
    happened += shop.next_amounts[i];
  }
  std::cout << expected << " expected, " << happened << " spent\n";
  EXPECT_NEAR(expected / happened, 1, 0.05);
  Histories million;
  for (std::size_t i = 0; i < 1'000'000; ++i) {
    million.add(shop.histories[i % 10'000].days, shop.histories[i % 10'000].amounts);
  }
  std::cout << "a million: "
            << seconds_of([&] { learnt->predict(million, shop.end, pool, kNever); }) << " s\n";
}

}  // namespace
}  // namespace ca::nets
