#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "journeys/journeys.h"

namespace ca::reports {

using journeys::Journey;
using journeys::Schema;

inline constexpr std::size_t kHoursOfDay = 24;

/// A run of days; buckets of longer periods cover it.
struct Axis {
  Day begin;
  std::int32_t days = 0;

  Day last() const { return begin + (days - 1); }
  bool contains(Day day) const { return day >= begin && day - begin < days; }
  std::size_t row(Day day) const { return static_cast<std::size_t>(day - begin); }
  /// Of any day: 0 before the axis, `days` after it.
  std::size_t row_within(Day day) const {
    return static_cast<std::size_t>(std::clamp(day - begin, 0, days));
  }
  /// First days of the buckets that cover the axis, in order; `period` is daily, weekly or monthly.
  std::vector<Day> buckets(Period period) const;
};

/// Rows of the days of an axis among its buckets, by table: folds ask for every order.
class BucketRows {
 public:
  BucketRows(const Axis& axis, Period period);

  std::size_t size() const { return size_; }
  /// Row of the bucket of a day of the axis.
  std::size_t operator[](Day day) const { return rows_[static_cast<std::size_t>(day - begin_)]; }
  /// The first day of a row's bucket.
  Day bucket(std::size_t row) const {
    return bucket_begin(first_ + static_cast<std::int32_t>(row), period_);
  }
  /// And of the bucket after it.
  Day end_of_bucket(std::size_t row) const { return bucket(row + 1); }
  /// The row that the bucket of any day would have: below 0 before the axis.
  std::int64_t row_of_any(Day day) const { return bucket_number(day, period_) - first_; }

 private:
  Period period_;
  Day begin_;
  std::int32_t first_;  ///< number of the first bucket
  std::size_t size_ = 0;
  std::vector<std::uint32_t> rows_;  ///< by day
};

/// Smallest and largest payment of a population's purchases in millionths (ruling 24).
struct AmountRange {
  __int128 min = 0;
  __int128 max = 0;
};

/// An amount as integer millionths, half away from zero.
__int128 millionths(double amount);

using NameSet = std::set<std::string, std::less<>>;

struct ChurnThresholds;
class PurchaseGaps;
struct SegmentModel;
class DayTotals;
class EventTotals;

/// The texts behind codes, and the place of each in byte order, which is found when it is first
/// asked for: most questions do not. For any thread.
class Names {
 public:
  explicit Names(const journeys::Dictionary& dictionary) : dictionary_(dictionary) {}

  std::size_t size() const { return dictionary_.size(); }
  const std::string& text(std::uint32_t code) const { return dictionary_.text(code); }
  /// The code of a text, unless there is none.
  std::optional<std::uint32_t> find(std::string_view text) const {
    const std::uint32_t code = dictionary_.find(text);
    return code == journeys::Dictionary::kNone ? std::nullopt : std::optional(code);
  }
  /// By code.
  const std::vector<std::uint32_t>& ranks() const;
  /// All codes, by their text.
  std::vector<std::uint32_t> in_order() const;

 private:
  const journeys::Dictionary& dictionary_;
  mutable std::once_flag is_ranked_;
  mutable std::vector<std::uint32_t> ranks_;
};

/// The question a fold answers: as of when, over which window, for whom. The same fold serves the
/// published snapshot, a live question about last March, and one dimension value.
struct Frame {
  const Schema* schema = nullptr;
  const Zone* zone = nullptr;

  std::int64_t as_of = 0;   ///< microseconds UTC; nothing later exists
  Day last_day;             ///< the local day of as_of
  Axis axis;                ///< of sessions and orders: main's, for every population (ruling 4)
  Axis history;             ///< the same without a live window: from main's first session of all
  Axis customer_axis;       ///< of customer funnels: from main's earliest step event
  std::optional<Day> from;  ///< first day of a live window (ruling 41)
  std::int64_t window_start = INT64_MIN;  ///< the first microsecond of it

  std::string population = "main";  ///< "main" or the dimension value itself
  bool is_main = true;
  std::optional<AmountRange> amounts;  ///< null when the population has no payment
  std::shared_ptr<const Names> promotions;
  std::shared_ptr<const Names> products;
  std::shared_ptr<const Names> categories;
  std::shared_ptr<const ChurnThresholds> churn;  ///< null until they are found
  std::shared_ptr<const PurchaseGaps> gaps;      ///< that churn follows from; null until found
  std::shared_ptr<const SegmentModel> segments;  ///< null until it is found, or not asked
  std::shared_ptr<const DayTotals> totals;       ///< null where nobody has made them
  std::shared_ptr<const EventTotals> events;     ///< of main alone; null as totals

  std::optional<std::size_t> limit;  ///< no more than the first rows of each report are wanted
  /// What is asked, and what that is a view of; null: every report. A family leaves out what only
  /// others need.
  std::shared_ptr<const NameSet> reports;
  bool asks(std::string_view report) const { return !reports || reports->contains(report); }
  /// Of reports of which nothing but views is asked: the columns that these have. Cells of others
  /// may be null.
  std::shared_ptr<const std::map<std::string, NameSet, std::less<>>> columns_of_views;
  bool asks(std::string_view report, std::string_view column) const;

  /// Whether the bucket's last microsecond is after as_of, or a live window cuts its beginning.
  bool is_partial(Day bucket, Period period) const;
  /// The start of the 168 hours that end at as_of, and of the 168 before them; both exclusive.
  std::int64_t week_ago() const { return as_of - 7 * kMicrosPerDay; }
  std::int64_t two_weeks_ago() const { return as_of - 14 * kMicrosPerDay; }
};

}  // namespace ca::reports
