#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "base/thread_pool.h"
#include "models/customer_change.h"
#include "models/order_windows.h"
#include "models/promotion_payments.h"
#include "models/segment_periods.h"
#include "reports/facts.h"

namespace ca::models {

/// What all tests of one population are made from. Of what the shop does not have there is nothing.
struct TestedPopulation {
  const reports::Frame* frame = nullptr;
  double amount_unit = 1;  ///< for squares of payments (MatchingPool)
  std::optional<OrderWindows> windows;
  std::optional<PromotionPayments> payments;
  std::optional<SegmentPeriods> segments;

  void add(const reports::Journey& journey);
  void merge(TestedPopulation&& other);
};

/// Main alone, or every dimension value.
enum class Populations : std::uint8_t { kMain, kValues };

/// One pass over the journeys for all tests of these populations. `segments` is null where segments
/// are not known. Memory: 24 bytes an order, 8 a first
/// use of a promotion or product by a customer.
std::vector<TestedPopulation> collect_tested(const journeys::Journeys& journeys,
                                             const reports::Facts& facts, Populations populations,
                                             const reports::SegmentModel* segments,
                                             const TestSettings& settings, ThreadPool& pool,
                                             Progress& progress, const Cancellation& cancellation);

}  // namespace ca::models
