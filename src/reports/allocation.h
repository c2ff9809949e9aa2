#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/exact_sum.h"
#include "reports/frame.h"

namespace ca::reports {

/// What an order paid and was spared, shared among its basket lines in proportion to their amounts;
/// where those cancel out, to their quantities, else equally. Shares are amounts of the
/// accumulator's unit, and the line of the greatest (product, category) in bytes takes what
/// rounding leaves, so the shares add up exactly to the payment. An order without a payment is
/// worth its lines' amounts. Source: ruling 18.
class Allocation {
 public:
  explicit Allocation(const Frame& frame)
      : product_ranks_(frame.products->ranks()), category_ranks_(frame.categories->ranks()) {}

  struct Share {
    ExactSum::Fixed revenue = 0;
    ExactSum::Fixed discount = 0;
  };

  /// Of the lines [begin, end) of the journey's partition, which is not empty: those of the order
  /// at `session`. Valid until the next call.
  std::span<const Share> of(const Journey& journey, std::size_t session, std::uint32_t begin,
                            std::uint32_t end);

 private:
  /// Gives each line its part of `amount`, by weights_, whose sum is `total`; of Share's `part`.
  void share(double amount, long double total, std::size_t heir, ExactSum::Fixed Share::*part);
  /// Fills weights_ and returns their sum.
  long double weigh(const journeys::LineColumns& lines, std::uint32_t begin, std::uint32_t end);
  std::size_t greatest(const journeys::LineColumns& lines, std::uint32_t begin,
                       std::uint32_t end) const;

  const std::vector<std::uint32_t>& product_ranks_;
  const std::vector<std::uint32_t>& category_ranks_;
  std::vector<double> weights_;
  std::vector<Share> shares_;
};

}  // namespace ca::reports
