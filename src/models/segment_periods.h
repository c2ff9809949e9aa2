#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "journeys/journeys.h"
#include "reports/frame.h"
#include "reports/segment_model.h"

namespace ca::models {

// What the customers of a segment ordered in the current day, week or month and in the four before
// it. Source: reports.md 5.9, rulings 43 and 57.

/// How many earlier periods the current one is compared with.
inline constexpr std::size_t kEarlierPeriods = 4;
inline constexpr std::array kComparedPeriods = {Period::kDaily, Period::kWeekly, Period::kMonthly};

/// A stretch of time, both ends inclusive; microseconds UTC.
struct Stretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool contains(std::int64_t moment) const { return moment >= begin && moment <= end; }
};

/// The current period and those it is compared with. The current day is that of as_of where it is
/// complete, else the one before, and is compared with the same weekday of four weeks. The current
/// week and month are those of as_of and, being cut by it, are compared with the same part of the
/// four before, by the wall clock; a month that is shorter than that part is taken whole.
struct ComparedStretches {
  Stretch current;
  std::array<Stretch, kEarlierPeriods> earlier;  ///< the latest first
  std::int64_t begin() const { return earlier.back().begin; }
};
ComparedStretches compared_stretches(const reports::Frame& frame, Period period);

/// A customer's values of the compared periods, the current one first.
using PeriodOrders = std::array<std::uint32_t, 1 + kEarlierPeriods>;
struct PeriodPayments {
  std::array<double, kEarlierPeriods> earlier{};  ///< mean payments of the periods that have one
  std::uint8_t count = 0;                         ///< of those, at least 1
  double current = 0;
  auto operator<=>(const PeriodPayments&) const = default;
};

/// Collects, for one population, the customers whose segment at the beginning of the first earlier
/// period is what it is as of the frame's as_of, with the cuts of as_of. Merging commutes; the
/// order of customers does not matter to anybody.
class SegmentPeriods {
 public:
  SegmentPeriods(const reports::Frame& frame, const reports::SegmentModel& model);

  /// Takes in a customer, whose orders are found; one without a name is nobody.
  void add(const journeys::Journey& journey);
  void merge(SegmentPeriods&& other);

  /// By position in kComparedPeriods and number of the segment.
  template <class Values>
  using BySegment = std::array<std::array<std::vector<Values>, reports::kSegments>,
                               kComparedPeriods.size()>;
  BySegment<PeriodOrders> orders;
  BySegment<PeriodPayments> payments;  ///< of customers who paid in the current and an earlier one

 private:
  const reports::Frame& frame_;
  const reports::SegmentModel& model_;
  std::array<ComparedStretches, kComparedPeriods.size()> stretches_;
};

}  // namespace ca::models
