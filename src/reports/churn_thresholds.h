#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "reports/pass.h"

namespace ca::reports {

/// What decides whether a buyer is engaged (ruling 29). The threshold T is the mean over customers
/// of their mean gap between purchase days, 168 hours when nobody has a gap; a buyer is engaged
/// whose last purchase is at most T before the end. T of a bucket is what was known at its end.
struct ChurnThresholds {
  /// Weeks or months, from the bucket of main's first session to that of as_of.
  struct Buckets {
    explicit Buckets(BucketRows of) : rows(std::move(of)) {}

    BucketRows rows;
    std::vector<double> hours;               ///< T
    std::vector<std::int64_t> engaged_from;  ///< microseconds UTC; a purchase from here on engages
    /// The least engaged_from of this bucket and all later ones.
    std::vector<std::int64_t> least_from_here;
    /// The first bucket after this one whose engaged_from is less than that of the one before it,
    /// or the end: up to there they ascend.
    std::vector<std::size_t> ascends_until;
  };

  Buckets weekly;
  Buckets monthly;
  double hours = 0;
  std::int64_t engaged_from = 0;  ///< as of as_of
};

/// Finds the thresholds of the populations that are asked, in one pass over the orders, and sets
/// them in the frames of `facts`; does nothing when no report of churn is asked. answer() calls it;
/// who works with States by himself does so before.
/// Cost: one step an order; memory: weeks and months of each population.
void find_churn_thresholds(const journeys::Journeys& journeys, const Question& question,
                           Facts& facts, ThreadPool& pool, const Cancellation& cancellation);

}  // namespace ca::reports
