#include "demo/shop.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ca::demo {
namespace {

Shop two_years(std::uint64_t seed = 1) { return make_shop(day_from_civil(2024, 1, 1), 731, seed); }

TEST(Shop, HasProductsOfDifferentNamesAndPairsThatShareNone) {
  const Shop shop = two_years();
  std::set<std::string> names;
  std::set<std::string> categories;
  for (const Product& product : shop.products) {
    names.insert(product.name);
    categories.insert(product.category);
    EXPECT_GE(product.cents, 50) << product.name;
    EXPECT_EQ(product.name.find(','), std::string::npos) << "cells are written without quotes";
  }
  EXPECT_EQ(names.size(), 300U);
  EXPECT_EQ(categories.size(), 12U);
  std::set<std::uint32_t> paired;
  for (const ProductPair& pair : shop.pairs) {
    EXPECT_TRUE(paired.insert(pair.first).second);
    EXPECT_TRUE(paired.insert(pair.second).second);
  }
  EXPECT_EQ(paired.size(), 16U);
}

TEST(Shop, HasFortyPromotionsInsideItsHistory) {
  const Shop shop = two_years();
  ASSERT_EQ(shop.promotions.size(), 40U);
  std::set<std::string> names;
  for (const Promotion& promotion : shop.promotions) {
    names.insert(promotion.name);
    EXPECT_GE(promotion.first_day, 0);
    EXPECT_LE(promotion.first_day, promotion.last_day);
    EXPECT_LT(promotion.last_day, shop.days);
  }
  EXPECT_EQ(names.size(), 40U);
  EXPECT_EQ(std::ranges::count_if(shop.promotions,
                                  [](const Promotion& promotion) {
                                    return promotion.order_factor != 1 ||
                                           promotion.value_factor != 1;
                                  }),
            7);
}

TEST(Shop, HasOddDaysOfEveryKindOneAfterTheOther) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Shop shop = two_years(seed);
    std::set<OddDayKind> kinds;
    std::int32_t before = 0;
    for (const OddDay& odd : shop.odd_days) {
      kinds.insert(odd.kind);
      EXPECT_GT(odd.day, before);
      EXPECT_LT(odd.day, shop.days);
      before = odd.day;
    }
    EXPECT_EQ(kinds.size(), 4U);
  }
  EXPECT_TRUE(make_shop(day_from_civil(2024, 1, 1), 60, 1).odd_days.empty());
}

TEST(Shop, HasEightUnequalCities) {
  const Shop shop = two_years();
  ASSERT_EQ(shop.cities.size(), 8U);
  double sum = 0;
  for (const City& city : shop.cities) sum += city.share;
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_GT(shop.cities.front().share, 10 * shop.cities.back().share);
}

// A published example of the code (Niemeyer): 57.64911, 10.40744 is u4pruydqqvj.
TEST(Place, IsNamedByItsGeohash) {
  const Place place = place_at(57.64911, 10.40744);
  EXPECT_EQ(place.geohash, "u4pruyd");
  EXPECT_NEAR(place.latitude, 57.64911, 0.0007);
  EXPECT_NEAR(place.longitude, 10.40744, 0.0007);
  EXPECT_EQ(place_at(place.latitude, place.longitude).geohash, "u4pruyd");
}

}  // namespace
}  // namespace ca::demo
