#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "models/purchase_days.h"
#include "reports/facts.h"
#include "stats/random.h"

namespace ca::models {

/// Purchase days that tests state or invent. The keys live as long as it does.
class InventedPurchases {
 public:
  using Purchases = std::vector<std::pair<std::int32_t, double>>;  // day, amount

  InventedPurchases(std::int32_t begin, std::int32_t last) {
    days_.begin = {begin};
    days_.last = days_.last_complete = {last};
    days_.first.push_back(0);
    days_.first_of_values.push_back(0);
  }
  InventedPurchases(const InventedPurchases&) = delete;
  InventedPurchases& operator=(const InventedPurchases&) = delete;

  /// Adds a buyer; keys ascend with the order of calls. `value` is a dimension value or none.
  void add(const Purchases& purchases, std::uint32_t value = reports::kNoPopulation) {
    std::string number = std::to_string(keys_.size());
    keys_.push_back("c" + std::string(7 - number.size(), '0') + number);
    days_.client.push_back(keys_.back());
    for (const auto& [day, amount] : purchases) {
      days_.day.push_back(day);
      days_.amount.push_back(amount);
    }
    days_.first.push_back(days_.day.size());
    days_.place.push_back({0, static_cast<std::uint32_t>(keys_.size() - 1)});
    days_.modal_value.push_back(value);
    days_.first_value.push_back(value);
    if (value != reports::kNoPopulation) days_.values.push_back(value);
    days_.first_of_values.push_back(days_.values.size());
  }
  const PurchaseDays& days() const { return days_; }

 private:
  std::deque<std::string> keys_;
  PurchaseDays days_;
};

/// What invents buyers: BG/NBD in weeks with Gamma-Gamma amounts, buyers arriving evenly.
struct InventedShop {
  std::uint32_t buyers = 2'000;
  std::int32_t days = 400;
  std::uint64_t seed = 7;
  double r = 0.6, alpha = 3, a = 0.8, b = 4;
  double p = 6, q = 4, v = 15;
  std::uint32_t values = 0;  ///< dimension values, one a buyer
};

inline void invent(const InventedShop& shop, InventedPurchases& purchases) {
  for (std::uint32_t buyer = 0; buyer < shop.buyers; ++buyer) {
    stats::RandomStream random(shop.seed, buyer);
    const double rate = random.gamma(shop.r) / shop.alpha / 7;  // a day
    const double leaves = random.beta(shop.a, shop.b);
    const double spread = random.gamma(shop.q) / shop.v;
    double day = random.uniform() * shop.days;
    InventedPurchases::Purchases of_buyer;
    while (day < shop.days) {
      const auto whole = static_cast<std::int32_t>(day);
      const double amount = random.gamma(shop.p) / spread;
      if (!of_buyer.empty() && of_buyer.back().first == whole) {
        of_buyer.back().second += amount;
      } else {
        of_buyer.emplace_back(whole, amount);
      }
      if (of_buyer.size() > 1 && random.uniform() < leaves) break;
      day += random.exponential() / rate;
    }
    purchases.add(of_buyer, shop.values == 0
                                ? reports::kNoPopulation
                                : static_cast<std::uint32_t>(random.uniform() * shop.values));
  }
}

}  // namespace ca::models
