#pragma once

#include <cstdint>
#include <vector>

#include "demo/shop.h"

namespace ca::demo {

/// 300 products in 12 categories, a few bought often and most seldom (Zipf's law), and the pairs
/// among the well-known ones that are bought together.
struct Goods {
  std::vector<Product> products;
  std::vector<ProductPair> pairs;
};

Goods make_goods(std::uint64_t seed);

}  // namespace ca::demo
