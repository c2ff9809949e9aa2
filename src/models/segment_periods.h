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
// it, and what the same comparison showed five periods ago. Source: reports.md 5.9, rulings 43, 57.

/// How many earlier periods the current one is compared with.
inline constexpr std::size_t kEarlierPeriods = 4;
inline constexpr std::array kComparedPeriods = {Period::kDaily, Period::kWeekly, Period::kMonthly};

/// A stretch of time, both ends inclusive; microseconds UTC.
struct Stretch {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool contains(std::int64_t moment) const { return moment >= begin && moment <= end; }
};

/// A period and those it is compared with.
struct ComparedStretches {
  std::int64_t as_of = 0;  ///< when it is looked at
  Stretch current;
  std::array<Stretch, kEarlierPeriods> earlier;  ///< the latest first
  std::int64_t begin() const { return earlier.back().begin; }
};
/// The current day is that of as_of where it is complete, else the one before, and is compared with
/// the same weekday of four weeks. The current week and month are those of as_of and, being cut by
/// it, are compared with the same part of the four before, by the wall clock; a month that is
/// shorter than that part is taken whole. With `periods_ago` all of it lies so many days of a week,
/// weeks or months in the past.
ComparedStretches compared_stretches(const reports::Frame& frame, Period period,
                                     std::int32_t periods_ago = 0);

/// A customer's values of the compared periods, the current one first.
using PeriodOrders = std::array<std::uint32_t, 1 + kEarlierPeriods>;
struct PeriodPayments {
  std::array<double, kEarlierPeriods> earlier{};  ///< mean payments of the periods that have one
  std::uint8_t count = 0;                         ///< of those, at least 1
  double current = 0;
  auto operator<=>(const PeriodPayments&) const = default;
};

/// Which comparison: the one that is asked, or the same five periods ago, which shares no period
/// with it. Customers are chosen by the segment they end in, which tells of their latest orders, so
/// a difference is nothing unusual; what is unusual is a difference from the earlier comparison.
enum class Comparison : std::uint8_t { kNow, kEarlier };
inline constexpr std::array kComparisons = {Comparison::kNow, Comparison::kEarlier};

/// Collects, for one population, the customers whose segment at the beginning of the first earlier
/// period is what it is at the end of the comparison, by the cuts of as_of. Merging commutes; the
/// order of customers does not matter to anybody.
class SegmentPeriods {
 public:
  SegmentPeriods(const reports::Frame& frame, const reports::SegmentModel& model);

  /// Takes in a customer, whose orders are found; one without a name is nobody.
  void add(const journeys::Journey& journey);
  void merge(SegmentPeriods&& other);

  struct Customers {
    std::vector<PeriodOrders> orders;
    std::vector<PeriodPayments> payments;  ///< of those who paid in the current and an earlier one
  };
  /// `period` is a position in kComparedPeriods.
  Customers& customers(std::size_t period, Comparison comparison, std::size_t segment) {
    return customers_[period][static_cast<std::size_t>(comparison)][segment];
  }

 private:
  static void compare(const journeys::Journey& journey, const ComparedStretches& stretches,
                      Customers& customers);

  const reports::SegmentModel& model_;
  template <class Each>
  using ByComparison = std::array<std::array<Each, kComparisons.size()>, kComparedPeriods.size()>;
  ByComparison<ComparedStretches> stretches_;
  ByComparison<std::array<Customers, reports::kSegments>> customers_;
};

}  // namespace ca::models
