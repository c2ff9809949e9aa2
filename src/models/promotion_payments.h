#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/exact_sum.h"
#include "journeys/journeys.h"
#include "stats/overlapping_samples.h"
#include "stats/two_samples.h"

namespace ca::models {

// What customers paid for orders with each promotion: a customer's value is the mean payment of his
// orders with it. Some use several promotions, so samples overlap. Source: reports.md 5.9.

/// Sums over customers, exact in any order. Products are in the square of `unit`.
struct PaymentSums {
  std::int64_t customers = 0;
  ExactSum::Fixed first = 0;
  ExactSum::Fixed second = 0;
  ExactSum::Fixed product = 0;

  void add(double first_mean, double second_mean, double unit);
  void merge(const PaymentSums& other);
  /// The sum of the products of the differences from these means; 0 where no more than rounding is
  /// left.
  double products_about(double first_mean, double second_mean, double unit) const;
};

/// Of one population. Merging commutes.
class PromotionPayments {
 public:
  /// `unit` is amount_unit_for() these payments: products are in its square.
  explicit PromotionPayments(double unit) : unit_(unit) {}

  /// Takes in a customer, whose orders are found; one without a name is nobody.
  void add(const journeys::Journey& journey);
  void merge(const PromotionPayments& other);

  /// Codes of promotions that somebody paid an order with.
  std::vector<std::uint32_t> promotions() const;
  stats::Moments moments(std::uint32_t promotion) const;
  /// Customers of both.
  stats::Overlap overlap(std::uint32_t first, std::uint32_t second) const;

 private:
  /// Customers with more promotions are left out of overlaps: there is nearly nobody, and the work
  /// grows with the square.
  static constexpr std::size_t kMostPromotions = 200;

  struct Paid {
    std::uint32_t promotion;
    ExactSum sum;
    std::int64_t count;
  };

  double unit_;
  std::map<std::uint32_t, PaymentSums> alone_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, PaymentSums> both_;  ///< the smaller code first
  std::vector<Paid> paid_;  ///< of the customer at hand
};

}  // namespace ca::models
