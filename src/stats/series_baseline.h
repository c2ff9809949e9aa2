#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/calendar.h"
#include "stats/seasonal_profile.h"

namespace ca::stats {

/// A value of a series and its moment. Values are finite, within 1e100 of 0.
struct SeriesPoint {
  Instant time;
  double value = 0;
};

/// What a series looks like, found from itself: its step, whether days or weeks repeat themselves,
/// and how far around a point its level and its company are looked for.
struct SeriesShape {
  std::int64_t step = kMicrosPerDay;  ///< the usual time between two points, microseconds
  SeasonSlots slots;
  double reach = 14;             ///< days on each side of a point that say its level
  double run_reach = 0.5;        ///< days on each side that may make a run with it ...
  std::size_t run_points = 100;  ///< ... and how many points at most
};

/// A season is believed where it lowers the error of points it was not learnt from by 3 % or more,
/// and was seen three times. Points in time order, at least one.
SeriesShape shape_of(std::span<const SeriesPoint> points);

/// Points in time order as the baseline sees them.
struct PreparedSeries {
  PreparedSeries(std::span<const SeriesPoint> points, const SeriesShape& shape);

  std::vector<double> days;  ///< since the first point
  std::vector<double> values;
  std::vector<double> rough_level;
  std::vector<SeasonSlots::Place> places;
  double resolution = 0;  ///< differences below it are rounding
};

/// What a point's value should be: the level of its neighbours without itself (local_level.h), and
/// what its slot of the season adds. The season and the bounds within which neighbours count are
/// learnt from points, by medians, so that anomalies among them do little.
class SeriesBaseline {
 public:
  SeriesBaseline() = default;
  /// Learns from the points whose `is_left_out` is 0.
  SeriesBaseline(const PreparedSeries& series, const SeriesShape& shape,
                 std::span<const std::uint8_t> is_left_out);

  /// Expected values of a series, which need not be the one it was learnt from.
  std::vector<double> expected(const PreparedSeries& series, const SeriesShape& shape) const;
  /// What scatter is at least: of a series that is mostly at its level (mostly zeros, say) what the
  /// rest of its points make of it, since the level's own small errors are none; else rounding.
  double least_scatter() const { return least_scatter_; }

 private:
  std::vector<double> without_season(const PreparedSeries& series) const;

  SeasonProfile profile_;
  double usual_level_ = 0;
  double cut_low_ = 0;  ///< the level is made of values cut to these distances of the rough level
  double cut_high_ = 0;
  double centre_ = 0;
  double least_scatter_ = 0;
};

/// How far points usually are from what is expected: robust standard deviations of those above and
/// of those below, more or less in a slot of the season where points scatter more or less. Learnt
/// from residuals of points that did not help to expect themselves.
class SeriesScatter {
 public:
  SeriesScatter() = default;
  /// Learns from the residuals (value - expected) whose `is_left_out` is 0. At least `least` > 0.
  SeriesScatter(const PreparedSeries& series, const SeriesShape& shape,
                std::span<const double> residuals, std::span<const std::uint8_t> is_left_out,
                double least);

  /// Both > 0.
  double above(const SeasonSlots::Place& place) const {
    return above_ * of_slot_.of_slot(place.slot);
  }
  double below(const SeasonSlots::Place& place) const {
    return below_ * of_slot_.of_slot(place.slot);
  }

 private:
  SeasonProfile of_slot_;  ///< in terms of the scatter of all points; about 1
  double above_ = 1;
  double below_ = 1;
};

/// Points are divided into so many parts, one after the other; what a point is judged by is learnt
/// from the other parts.
inline constexpr std::size_t kSeriesFolds = 10;
/// Of a series of `count` points: 1 for those of the fold.
std::vector<std::uint8_t> fold_of(std::size_t count, std::size_t fold);

}  // namespace ca::stats
