#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/exact_sum.h"
#include "models/order_windows.h"
#include "stats/two_samples.h"

namespace ca::models {

/// What is measured of each customer and period.
enum class Measure : std::uint8_t {
  kOrders,  ///< how many; customers without any count
  kAmount   ///< mean payment of an order; of customers who have one on both sides
};

/// What first users changed beyond what others changed around orders of the same day and standing.
/// With it goes what time does to customers by itself: growth, seasons, leaving for good, and the
/// return to the mean of those who had just ordered much.
struct MatchedEffect {
  std::int64_t matched = 0;        ///< first users for whom there are others to compare with
  double expected = 0;             ///< their mean after, had they changed as the others did
  std::optional<double> effect;    ///< mean after less expected; missing where nobody is matched
  stats::TwoSampleTest test = {};  ///< of the effect being zero
};

/// The changes, after less before, of the orders of each stratum that may stand for others, exact.
/// Those of customers who have used a group up to that moment are taken out for the group: they
/// look at the past alone, because who will use it later is himself an outcome.
class MatchingPool {
 public:
  /// `amount_unit` is a power of two in which changes of payments are squared, so that their sum
  /// holds (amount_unit_for()).
  MatchingPool(const OrderWindows& windows, Usage usage, Measure measure, double amount_unit);

  /// The difference in differences of the first uses of one group: each stratum's users against its
  /// others, weighted by its users. `uses` are all first uses of the group, `tested` the orders of
  /// those that are tested. The variance is that of the users' differences from their strata plus
  /// that of the strata's means, whose spread is estimated over all days of a standing.
  /// For any thread. Source: reports.md 5.9; exact matching as in Iacus, King & Porro 2012.
  MatchedEffect effect(std::span<const FirstUse> uses, std::span<const std::uint32_t> tested,
                       double alpha) const;

 private:
  struct Sums {
    std::int64_t orders = 0;
    ExactSum::Fixed change = 0;
    ExactSum::Fixed squares = 0;  ///< in the square of the unit
  };
  struct Cell;

  struct Change {
    double before;
    double after;
    double value() const { return after - before; }
  };
  std::optional<Change> change_of(const WindowedOrder& order) const;
  void add(Sums& sums, double change, int sign) const;

  const OrderWindows& windows_;
  Usage usage_;
  Measure measure_;
  double unit_;
  std::vector<Sums> strata_;
};

/// The smallest power of two of which payments of this population are at most 2^20.
double amount_unit_for(const reports::Frame& frame);

}  // namespace ca::models
