#pragma once

#include <cstdint>
#include <vector>

#include "demo/life.h"
#include "demo/shop.h"

namespace ca::demo {

/// One line of a basket. `cents` is the price of one piece.
struct Line {
  std::uint16_t product = 0;
  std::uint16_t quantity = 1;
  std::int32_t cents = 0;
};

/// What an order bought and paid: the lines add up to payment + discount.
struct Basket {
  std::vector<Line> lines;
  std::int64_t payment = 0;  ///< cents
  std::int64_t discount = 0;
};

/// Fills baskets. Owned by one thread.
class BasketFiller {
 public:
  explicit BasketFiller(const Shop& shop);

  /// The basket of an order that is no refund, for about what the visit says was paid. Valid until
  /// the next call.
  const Basket& fill(const Visit& visit);

 private:
  std::uint16_t draw_product(double uniform) const;

  const Shop& shop_;
  std::vector<double> below_;         ///< sum of the weights of the products before each
  std::vector<std::uint16_t> guide_;  ///< of each 1/1024 of the sum, the product it falls on
  Basket basket_;
};

}  // namespace ca::demo
