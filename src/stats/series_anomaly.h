#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stats/generalised_pareto.h"
#include "stats/note.h"
#include "stats/series_baseline.h"

namespace ca::stats {

/// How a point was judged. It is an alarm where its value lies outside [low, high].
struct PointScore {
  double expected = 0;
  double low = 0;
  double high = 0;
  /// Robust standard deviations between the value and what is expected, 0 to 1e9; where the points
  /// around it are off on the same side, what the run of them amounts to, if that is more.
  double score = 0;
  /// How often a point where nothing is wrong scores as high; above 0, at most 1.
  double p_value = 1;
  bool is_alarm = false;
};

/// What a series is judged by, learnt from points that are mostly as they should be.
struct SeriesModel {
  SeriesShape shape;
  SeriesBaseline baseline;
  SeriesScatter scatter;
  /// Scores of runs times this make as many alarms as scores of points.
  double run_weight = 0;
  /// Scores of the points it was learnt from, each by a baseline without its part of the series.
  ScoreTail tail{{}};

  /// The score above which points are alarms, false ones with that chance; at least 1.
  double threshold(double rate) const;
};

/// Fewer are not enough to say how often a score occurs.
inline constexpr std::size_t kFewestPoints = 30;

/// Points in time order, at least kFewestPoints.
SeriesModel fit_series(std::span<const SeriesPoint> points);

/// Judges the points of another series, or of a later or earlier part of the same. Their level is
/// that of the points themselves, season and scatter are the model's. 0 < rate < 1.
std::vector<PointScore> score_series(const SeriesModel& model, std::span<const SeriesPoint> points,
                                     double rate);

/// A series judged by itself: a point's level is that of its neighbours, season and scatter are
/// learnt from the nine other tenths of the series, and its score is compared with those of all
/// others. So about that share of the points of any series are alarms, those that fit it least.
struct SeriesJudgement {
  SeriesShape shape;
  double threshold = 0;
  std::vector<PointScore> points;
  /// "out_of_fold", or "baseline" where there are too few points: then alarms are more than 3.5
  /// robust standard deviations from the median (Iglewicz and Hoaglin 1993).
  std::string_view method = "out_of_fold";
  std::vector<Note> notes;
};
SeriesJudgement judge_series(std::span<const SeriesPoint> points, double rate);

/// Alarms that belong together: each at most `gap_of` microseconds after the one before.
struct SeriesEvent {
  std::size_t from = 0;  ///< numbers of points
  std::size_t to = 0;
  std::size_t peak = 0;  ///< of the highest score, the first of equals
  std::size_t alarms = 0;
  std::size_t above = 0;  ///< alarms above what is expected
};
/// A day, but no more than a twentieth of the series, and at least two steps.
std::int64_t gap_of(std::span<const SeriesPoint> points, const SeriesShape& shape);
std::vector<SeriesEvent> events_of(std::span<const SeriesPoint> points,
                                   std::span<const PointScore> scores, std::int64_t gap);

}  // namespace ca::stats
