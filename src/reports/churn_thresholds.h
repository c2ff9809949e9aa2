#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "reports/pass.h"

namespace ca::reports {

/// How the mean of customers' mean gaps between purchase days comes about, day by day: what an
/// order changes stands on its day, so that the sum of the days up to one is what was known at its
/// end. In microseconds, exact; it holds for 70 million customer-years of mean gaps.
class PurchaseGaps {
 public:
  explicit PurchaseGaps(const Axis& history)
      : begin_(history.begin),
        sums_(static_cast<std::size_t>(history.days), 1),
        customers_(static_cast<std::size_t>(history.days), 1) {}

  /// A customer's mean gap changes; it is his first where he had none.
  void add(Day day, ExactSum::Fixed change, bool is_first) {
    sums_.add(row(day), 0, change);
    if (is_first) customers_.add(row(day), 0, 1);
  }
  void merge(const PurchaseGaps& other);

  ExactSum::Fixed sum(Day day) const { return sums_.at(row(day), 0); }
  std::int64_t customers(Day day) const { return customers_.at(row(day), 0); }

 private:
  std::size_t row(Day day) const { return static_cast<std::size_t>(day - begin_); }

  Day begin_;
  Sums sums_;
  Counts customers_;
};

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

/// Sets the gaps of main and of every dimension value in the frames of `facts`, in one pass over
/// the orders. They hold for every window whose end is a day, as far as dimension values are the
/// same.
void find_gaps(const journeys::Journeys& journeys, Facts& facts, ThreadPool& pool);

/// Finds the thresholds of the populations that are asked, and sets them in the frames of
/// `facts`: from the gaps where the frames have them, else in one pass over the orders. Does
/// nothing when no report of churn is asked. answer() calls it; who works with States by himself
/// does so before.  Cost: one step an order; memory: days of each population.
void find_churn_thresholds(const journeys::Journeys& journeys, const Question& question,
                           Facts& facts, ThreadPool& pool, const Cancellation& cancellation);

}  // namespace ca::reports
