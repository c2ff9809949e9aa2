#include "demo/basket.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "demo/random.h"

namespace ca::demo {
namespace {

constexpr std::size_t kGuide = 1024;
constexpr std::array<double, 6> kLineCounts = {0.20, 0.26, 0.22, 0.16, 0.10, 0.06};
constexpr std::int64_t kCentsPerLine = 400;  ///< small payments buy few things
constexpr double kMostPieces = 9;

std::size_t draw_line_count(Random& random, std::int64_t cents) {
  double left = random.uniform();
  std::size_t count = 1;
  while (count < kLineCounts.size() && left >= kLineCounts[count - 1]) {
    left -= kLineCounts[count - 1];
    ++count;
  }
  return std::min(count, 1 + static_cast<std::size_t>(cents / kCentsPerLine));
}

}  // namespace

BasketFiller::BasketFiller(const Shop& shop) : shop_(shop) {
  double sum = 0;
  for (const Product& product : shop.products) {
    below_.push_back(sum);
    sum += product.weight;
  }
  for (double& below : below_) below /= sum;
  below_.push_back(1);
  std::uint16_t product = 0;
  for (std::size_t part = 0; part < kGuide; ++part) {
    while (below_[product + 1U] * kGuide <= static_cast<double>(part)) ++product;
    guide_.push_back(product);
  }
}

std::uint16_t BasketFiller::draw_product(double uniform) const {
  std::uint16_t product = guide_[static_cast<std::size_t>(uniform * kGuide)];
  while (below_[product + 1U] <= uniform) ++product;
  return product;
}

const Basket& BasketFiller::fill(const Visit& visit) {
  Random random(shop_.seed, Purpose::kBasket,
                (std::uint64_t{visit.customer} << 16) | visit.sequence);
  const double rate =
      visit.promotion == kNoPromotion ? 0 : shop_.promotions[visit.promotion].discount;
  const double worth = visit.cents / (1 - rate);
  std::vector<Line>& lines = basket_.lines;
  lines.clear();
  const auto add = [&](std::uint16_t product) {
    if (std::ranges::find(lines, product, &Line::product) != lines.end()) return;
    lines.push_back({product, 1, 0});
  };
  const std::size_t count = draw_line_count(random, visit.cents);
  for (std::size_t draws = 0; lines.size() < count && draws < 3 * count; ++draws) {
    const std::uint16_t product = draw_product(random.uniform());
    const std::size_t before = lines.size();
    add(product);
    const std::int32_t partner = shop_.products[product].partner;
    if (lines.size() == before || partner < 0 || lines.size() == count) continue;
    const auto pair = std::ranges::find(shop_.pairs, product, &ProductPair::first);
    if (random.happens(pair->share)) add(static_cast<std::uint16_t>(partner));
  }

  double listed = 0;
  for (const Line& line : lines) listed += shop_.products[line.product].cents;
  const double pieces = worth / listed;
  double priced = 0;
  for (Line& line : lines) {
    line.quantity = static_cast<std::uint16_t>(
        std::clamp(std::floor(pieces + random.uniform()), 1.0, kMostPieces));
    priced += shop_.products[line.product].cents * static_cast<double>(line.quantity);
  }
  std::int64_t total = 0;
  for (Line& line : lines) {
    const double price = shop_.products[line.product].cents * (worth / priced);
    line.cents = std::max(1, static_cast<std::int32_t>(std::lround(price)));
    total += std::int64_t{line.cents} * line.quantity;
  }
  basket_.discount = std::llround(static_cast<double>(total) * rate);
  basket_.payment = total - basket_.discount;
  return basket_;
}

}  // namespace ca::demo
