#include "demo/basket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ca::demo {
namespace {

class BasketTest : public ::testing::Test {
 protected:
  static Visit order(std::uint32_t customer, std::int32_t cents) {
    Visit visit;
    visit.customer = customer;
    visit.cents = cents;
    visit.steps = kPurchased;
    return visit;
  }

  Shop shop = make_shop(day_from_civil(2024, 1, 1), 731, 1);
  BasketFiller filler{shop};
};

TEST_F(BasketTest, AddsUpToWhatWasPaidAndTheDiscount) {
  for (std::uint32_t customer = 0; customer < 2000; ++customer) {
    Visit visit = order(customer, 300 + static_cast<std::int32_t>(customer) * 7);
    if (customer % 2 == 0) visit.promotion = 4;
    const Basket& basket = filler.fill(visit);
    std::int64_t total = 0;
    std::int64_t pieces = 0;
    std::set<std::uint16_t> products;
    for (const Line& line : basket.lines) {
      total += std::int64_t{line.cents} * line.quantity;
      pieces += line.quantity;
      EXPECT_GE(line.cents, 1);
      EXPECT_TRUE(products.insert(line.product).second) << "one line a product";
    }
    EXPECT_EQ(total, basket.payment + basket.discount);
    EXPECT_EQ(basket.discount > 0, visit.promotion != kNoPromotion);
    // Each piece's price is rounded by at most half a penny.
    EXPECT_NEAR(static_cast<double>(basket.payment), visit.cents,
                0.5 * static_cast<double>(pieces) + 1);
    EXPECT_GE(basket.lines.size(), 1U);
    EXPECT_LE(basket.lines.size(), 6U);
  }
}

TEST_F(BasketTest, IsTheSameForTheSameVisit) {
  BasketFiller other(shop);
  other.fill(order(99, 1234));
  const Basket first = filler.fill(order(5, 3000));
  const Basket& second = other.fill(order(5, 3000));
  ASSERT_EQ(first.lines.size(), second.lines.size());
  EXPECT_EQ(first.payment, second.payment);
  EXPECT_EQ(first.lines.front().product, second.lines.front().product);
}

TEST_F(BasketTest, HoldsPlantedPairsFarMoreOftenThanChance) {
  const ProductPair& pair = shop.pairs.front();
  double first = 0;
  double second = 0;
  double both = 0;
  const std::uint32_t baskets = 20'000;
  for (std::uint32_t customer = 0; customer < baskets; ++customer) {
    const Basket& basket = filler.fill(order(customer, 4000));
    const auto has = [&](std::uint32_t product) {
      return std::ranges::find(basket.lines, product, &Line::product) != basket.lines.end();
    };
    first += has(pair.first) ? 1 : 0;
    second += has(pair.second) ? 1 : 0;
    both += has(pair.first) && has(pair.second) ? 1 : 0;
  }
  EXPECT_GT(both * baskets / (first * second), 3) << "lift";
}

}  // namespace
}  // namespace ca::demo
