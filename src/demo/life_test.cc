#include "demo/life.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "demo/rows.h"

namespace ca::demo {
namespace {

constexpr std::uint32_t kCustomers = 40'000;

/// A shop in which nothing but the models of customer value is at work.
Shop plain_shop() {
  Shop shop = make_shop(day_from_civil(2024, 1, 1), 731, 5);
  for (Promotion& promotion : shop.promotions) promotion.order_factor = promotion.value_factor = 1;
  shop.odd_days.clear();
  shop.behaviour.refunds = 0;
  return shop;
}

/// A mean with its standard error.
struct Mean {
  double sum = 0;
  double squares = 0;
  double count = 0;

  void add(double value) {
    sum += value;
    squares += value * value;
    ++count;
  }
  double value() const { return sum / count; }
  double error() const { return std::sqrt((squares / count - value() * value()) / count); }
};

class LifeTest : public ::testing::Test {
 protected:
  template <class Body>
  void for_each_life(const Body& body) {
    Life life;
    for (std::uint32_t customer = 0; customer < kCustomers; ++customer) {
      live(shop, customer, kCustomers, life);
      body(customer, life);
    }
  }

  Shop shop = plain_shop();
};

TEST_F(LifeTest, RatesAndDropoutHaveTheStatedMeans) {
  Mean rate;
  Mean dropout;
  Mean buyers;
  for_each_life([&](std::uint32_t, const Life& life) {
    buyers.add(life.is_buyer ? 1 : 0);
    if (!life.is_buyer) return;
    rate.add(life.rate);
    dropout.add(life.dropout);
  });
  const Behaviour& truth = shop.behaviour;
  EXPECT_NEAR(rate.value(), truth.r / truth.alpha, 4 * rate.error());
  EXPECT_NEAR(dropout.value(), truth.a / (truth.a + truth.b), 4 * dropout.error());
  EXPECT_NEAR(buyers.value(), truth.buyers, 4 * buyers.error());
}

// Rate and dropout are independent, so of those with a first repeat purchase a / (a + b) leave
// after it, however long they were watched.
TEST_F(LifeTest, TheStatedShareLeavesAfterTheFirstRepeat) {
  Mean left;
  for_each_life([&](std::uint32_t, const Life& life) {
    if (life.repeats > 0) left.add(life.repeats == 1 && life.has_left ? 1 : 0);
  });
  const Behaviour& truth = shop.behaviour;
  EXPECT_NEAR(left.value(), truth.a / (truth.a + truth.b), 4 * left.error());
}

// BG/NBD: nobody leaves before the first repeat, so it has not happened after t weeks with the
// probability E[exp(-rate t)] = (alpha / (alpha + t))^r.
TEST_F(LifeTest, TheFirstRepeatComesAsTheModelSays) {
  Mean surplus;
  for_each_life([&](std::uint32_t, const Life& life) {
    const auto first =
        std::ranges::find_if(life.visits, [](const Visit& v) { return v.has(kPurchased); });
    if (first == life.visits.end()) return;
    // The clock at the middle of the day: half a day of error at most.
    const double day = std::floor(static_cast<double>(first->start) / kSecondsPerDay) + 0.5;
    const double weeks = (shop.orders.length() - shop.orders.clock_at(day)) / 7;
    const Behaviour& truth = shop.behaviour;
    const double none = std::pow(truth.alpha / (truth.alpha + weeks), truth.r);
    surplus.add((life.repeats == 0 ? 1 : 0) - none);
  });
  EXPECT_NEAR(surplus.value(), 0, 4 * surplus.error());
}

// Gamma-Gamma: the mean payment of all customers is p v / (q - 1).
TEST_F(LifeTest, PaymentsHaveTheStatedMean) {
  Mean mean;
  for_each_life([&](std::uint32_t, const Life& life) {
    Mean payments;
    for (const Visit& visit : life.visits) {
      if (visit.has(kPurchased)) payments.add(visit.cents / 100.0);
    }
    if (payments.count > 0) mean.add(payments.value());
  });
  const Behaviour& truth = shop.behaviour;
  EXPECT_NEAR(mean.value(), truth.p * truth.v / (truth.q - 1), 4 * mean.error());
}

TEST_F(LifeTest, APromotionThatDoublesOrdersDoublesThem) {
  constexpr std::uint8_t kPromotion = 20;
  Mean plain;
  Mean doubled;
  for (const double factor : {1.0, 2.0}) {
    Promotion& promotion = shop.promotions[kPromotion];
    promotion.order_factor = factor;
    promotion.popularity = 20;  // so that enough customers use it
    shop.behaviour.a = 1e-9;    // nobody leaves
    for_each_life([&](std::uint32_t, const Life& life) {
      std::vector<Second> used;
      for (const Visit& visit : life.visits) {
        if (visit.promotion == kPromotion) used.push_back(visit.start);
      }
      if (used.empty()) return;
      const Second until = used.front() + kPromotedDays * kSecondsPerDay;
      const auto orders = std::ranges::count_if(life.visits, [&](const Visit& visit) {
        return visit.has(kPurchased) && visit.start > used.front() && visit.start < until;
      });
      (factor == 1 ? plain : doubled).add(static_cast<double>(orders));
    });
  }
  ASSERT_GT(plain.count, 300);
  EXPECT_NEAR(doubled.value(), 2 * plain.value(),
              4 * std::hypot(doubled.error(), 2 * plain.error()));
}

TEST_F(LifeTest, StepsFormAFunnelAndNothingComesBeforeTheDownload) {
  shop.behaviour.visits_a_day = 0.05;
  for_each_life([&](std::uint32_t, const Life& life) {
    for (const Visit& visit : life.visits) {
      EXPECT_GT(visit.start, life.download);
      EXPECT_LT(visit.start, static_cast<Second>(shop.days) * kSecondsPerDay);
      EXPECT_TRUE(!visit.has(kPurchased) || visit.has(kSawOrder));
      EXPECT_TRUE(!visit.has(kSawOrder) || visit.has(kFilledBasket));
      const Second of_day = visit.start % kSecondsPerDay;
      EXPECT_FALSE(of_day >= 1800 && of_day < 7200) << "the hours in which clocks change";
    }
    EXPECT_TRUE(life.signup == kNever || life.signup > life.download);
    EXPECT_TRUE(life.login == kNever || life.login > life.signup);
  });
}

TEST_F(LifeTest, CustomersAreNumberedByDownload) {
  Second before = 0;
  std::size_t out_of_order = 0;
  for_each_life([&](std::uint32_t, const Life& life) {
    if (life.download < before) ++out_of_order;
    before = life.download;
  });
  EXPECT_EQ(out_of_order, 0U);
}

TEST_F(LifeTest, AFailingPaymentLosesOrdersOfItsDayAlone) {
  OddDay odd;
  odd.day = 400;
  odd.kind = OddDayKind::kPaymentFailure;
  odd.orders_factor = 0;
  shop.odd_days = {odd};
  std::size_t orders = 0;
  std::size_t orders_the_day_after = 0;
  std::size_t saw_order = 0;
  for_each_life([&](std::uint32_t, const Life& life) {
    for (const Visit& visit : life.visits) {
      const std::uint32_t day = visit.start / kSecondsPerDay;
      orders += day == 400 && visit.has(kPurchased) ? 1 : 0;
      saw_order += day == 400 && visit.has(kSawOrder) ? 1 : 0;
      orders_the_day_after += day == 401 && visit.has(kPurchased) ? 1 : 0;
    }
  });
  EXPECT_EQ(orders, 0U);
  EXPECT_GT(saw_order, 50U);
  EXPECT_GT(orders_the_day_after, 50U);
}

}  // namespace
}  // namespace ca::demo
