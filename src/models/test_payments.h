#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include "journeys/journeys.h"

namespace ca::models {

/// Orders of a customer: promotion and payment.
using PaidCustomer = std::vector<std::pair<std::uint32_t, double>>;

/// A journey of such orders alone, as far as payments of promotions look at it.
class PaidJourney {
 public:
  explicit PaidJourney(const PaidCustomer& orders)
      : flags_(orders.size(), journeys::kPurchased), orders_(orders.size()) {
    for (const auto& [promotion, amount] : orders) {
      promotion_.push_back(promotion);
      amount_.push_back(amount);
    }
    std::iota(orders_.begin(), orders_.end(), 0U);
    journey.client = "c";
    journey.size = orders.size();
    journey.flags = flags_.data();
    journey.amount = amount_.data();
    journey.promotion = promotion_.data();
    journey.orders = orders_;
  }
  PaidJourney(const PaidJourney&) = delete;
  PaidJourney& operator=(const PaidJourney&) = delete;

  journeys::Journey journey;

 private:
  std::vector<std::uint32_t> flags_;
  std::vector<std::uint32_t> promotion_;
  std::vector<double> amount_;
  std::vector<std::uint32_t> orders_;
};

}  // namespace ca::models
