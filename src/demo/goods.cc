#include "demo/goods.h"

#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>

#include "demo/random.h"

namespace ca::demo {
namespace {

constexpr std::size_t kThings = 5;
constexpr std::size_t kKinds = 5;
constexpr double kZipfExponent = 0.9;
constexpr std::size_t kPairs = 8;
constexpr std::uint32_t kPairedRanks = 60;  ///< pairs are made among so many of the best known

struct Category {
  std::string_view name;
  std::array<std::string_view, kThings> things;
  std::array<std::string_view, kKinds> kinds;
  double low;  ///< pounds
  double high;
};

constexpr std::array<Category, 12> kCategories = {{
    {"Bakery",
     {"bread", "rolls", "croissants", "muffins", "bagels"},
     {"Wholemeal", "Sourdough", "Seeded", "Butter", "Small"},
     1.2,
     4.5},
    {"Fruit",
     {"apples", "bananas", "oranges", "grapes", "berries"},
     {"Organic", "Ripe", "Sweet", "Large", "Mixed"},
     1.1,
     5},
    {"Vegetables",
     {"potatoes", "carrots", "tomatoes", "peppers", "salad"},
     {"Organic", "Baby", "Washed", "Mixed", "Local"},
     0.9,
     4},
    {"Dairy",
     {"milk", "yoghurt", "butter", "cream", "cheddar"},
     {"Whole", "Light", "Organic", "Farm", "Family"},
     1.1,
     6},
    {"Meat and fish",
     {"chicken", "beef mince", "sausages", "salmon", "cod"},
     {"Free-range", "Lean", "Smoked", "Scottish", "Value"},
     3.5,
     16},
    {"Pasta and rice",
     {"spaghetti", "penne", "rice", "noodles", "couscous"},
     {"Wholewheat", "Classic", "Quick", "Italian", "Family"},
     0.9,
     4},
    {"Coffee and tea",
     {"espresso", "filter coffee", "green tea", "black tea", "cocoa"},
     {"Strong", "Mild", "Fairtrade", "Decaf", "House"},
     2.5,
     12},
    {"Drinks",
     {"water", "lemonade", "juice", "cola", "smoothie"},
     {"Sparkling", "Still", "Cloudy", "Light", "Tropical"},
     0.8,
     5},
    {"Snacks",
     {"crisps", "nuts", "chocolate", "biscuits", "popcorn"},
     {"Salted", "Dark", "Sweet", "Spicy", "Sharing"},
     1,
     5},
    {"Frozen",
     {"pizza", "peas", "ice cream", "chips", "berries mix"},
     {"Stone-baked", "Garden", "Vanilla", "Crinkle", "Party"},
     1.5,
     8},
    {"Household",
     {"washing-up liquid", "detergent", "kitchen roll", "bin bags", "sponges"},
     {"Gentle", "Power", "Eco", "Big", "Lemon"},
     1,
     11},
    {"Wine and beer",
     {"lager", "pale ale", "red wine", "white wine", "prosecco"},
     {"Craft", "Dry", "Fruity", "Classic", "Reserve"},
     2,
     18},
}};

}  // namespace

Goods make_goods(std::uint64_t seed) {
  Goods goods;
  Random random(seed, Purpose::kCatalogue, 0);
  for (const Category& category : kCategories) {
    for (const std::string_view thing : category.things) {
      for (const std::string_view kind : category.kinds) {
        const double pounds =
            category.low * std::pow(category.high / category.low, random.uniform());
        Product product;
        product.name = std::string(kind) + " " + std::string(thing);
        product.category = category.name;
        product.cents = static_cast<std::int32_t>(pounds * 20) * 5;
        goods.products.push_back(std::move(product));
      }
    }
  }
  std::vector<std::uint32_t> by_rank(goods.products.size());
  std::iota(by_rank.begin(), by_rank.end(), 0U);
  for (std::size_t left = by_rank.size(); left > 1; --left) {
    std::swap(by_rank[left - 1], by_rank[random.below(static_cast<std::uint32_t>(left))]);
  }
  for (std::size_t rank = 0; rank < by_rank.size(); ++rank) {
    goods.products[by_rank[rank]].weight = std::pow(static_cast<double>(rank + 1), -kZipfExponent);
  }
  // Ranks in steps, so that no product is in two pairs.
  for (std::uint32_t pair = 0; pair < kPairs; ++pair) {
    const std::uint32_t step = kPairedRanks / (2 * kPairs);
    ProductPair planted;
    planted.first = by_rank[4 + pair * step];
    planted.second = by_rank[kPairedRanks / 2 + 4 + pair * step];
    planted.share = 0.35 + 0.05 * static_cast<double>(pair % 4);
    goods.products[planted.first].partner = static_cast<std::int32_t>(planted.second);
    goods.pairs.push_back(planted);
  }
  return goods;
}

}  // namespace ca::demo
