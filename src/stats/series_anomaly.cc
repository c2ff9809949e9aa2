#include "stats/series_anomaly.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "stats/quantile.h"
#include "stats/robust_scale.h"

namespace ca::stats {
namespace {

constexpr double kHighestScore = 1e9;
/// What is nearer than a usual deviation is no alarm, whatever its company.
constexpr double kLeastDeviation = 1;
/// How much of a neighbour's deviation a run counts.
constexpr double kMostOfNeighbour = 4;
constexpr double kComparedShare = 0.95;
constexpr double kBaselineThreshold = 3.5;

/// The points around a point, without itself.
struct Company {
  double sum = 0;    ///< of their deviations, each cut
  double count = 1;  ///< of the points, itself included
};

/// The points at most `run_reach` away, no more than `run_points` in all; where so many are
/// allowed, two on each side however far.
std::vector<Company> companies(std::span<const double> days, std::span<const double> deviations,
                               const SeriesShape& shape) {
  const std::size_t most_aside = shape.run_points / 2;
  const std::size_t fewest_aside = std::min(most_aside, std::size_t{2});
  const std::size_t count = days.size();
  const auto cut = [&](std::size_t i) {
    return std::clamp(deviations[i], -kMostOfNeighbour, kMostOfNeighbour);
  };
  std::vector<double> before(count + 1);
  for (std::size_t i = 0; i < count; ++i) before[i + 1] = before[i] + cut(i);
  std::vector<Company> found(count);
  std::size_t near_from = 0;
  std::size_t near_to = 0;
  for (std::size_t i = 0; i < count; ++i) {
    while (days[near_from] < days[i] - shape.run_reach) ++near_from;
    while (near_to < count && days[near_to] <= days[i] + shape.run_reach) ++near_to;
    const std::size_t back = std::clamp(i - near_from, fewest_aside, most_aside);
    const std::size_t ahead = std::clamp(near_to - 1 - i, fewest_aside, most_aside);
    const std::size_t from = i - std::min(i, back);
    const std::size_t to = std::min(count, i + ahead + 1);
    found[i] = {.sum = before[to] - before[from] - cut(i), .count = static_cast<double>(to - from)};
  }
  return found;
}

/// The weight of a run that ends at the point, on the point's side.
double run_score(double deviation, const Company& company) {
  if (std::abs(deviation) < kLeastDeviation) return 0;
  const double sum = company.sum + deviation;
  return (deviation > 0 ? sum : -sum) / std::sqrt(company.count);
}

double score_of(double deviation, const Company& company, double run_weight) {
  const double score = std::max(std::abs(deviation), run_weight * run_score(deviation, company));
  return std::min(score, kHighestScore);
}

/// Above which deviation a point of this company is an alarm, where its side is `sign`.
double limit_of(double threshold, const Company& company, double run_weight, double sign) {
  if (run_weight <= 0) return threshold;
  const double of_run = threshold / run_weight * std::sqrt(company.count) - sign * company.sum;
  return std::min(threshold, std::max(of_run, kLeastDeviation));
}

/// What points deviate from, and by how much.
struct Deviations {
  std::vector<double> expected;
  std::vector<double> above;  ///< the robust standard deviation above what is expected
  std::vector<double> below;
  std::vector<double> deviations;  ///< in those, with the sign

  explicit Deviations(std::size_t count)
      : expected(count), above(count), below(count), deviations(count) {}

  void judge(const PreparedSeries& series, const SeriesScatter& scatter, std::size_t i) {
    above[i] = scatter.above(series.places[i]);
    below[i] = scatter.below(series.places[i]);
    const double residual = series.values[i] - expected[i];
    const double deviation = residual / (residual >= 0 ? above[i] : below[i]);
    deviations[i] = std::clamp(deviation, -kHighestScore, kHighestScore);
  }
};

std::vector<double> residuals_of(const PreparedSeries& series, const Deviations& found) {
  std::vector<double> residuals(series.values.size());
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    residuals[i] = series.values[i] - found.expected[i];
  }
  return residuals;
}

/// Each part by what was learnt from the others.
Deviations out_of_fold(const PreparedSeries& series, const SeriesShape& shape, double least) {
  const std::size_t count = series.values.size();
  Deviations found(count);
  for (std::size_t fold = 0; fold < kSeriesFolds; ++fold) {
    const std::vector<std::uint8_t> is_in = fold_of(count, fold);
    const auto expected = SeriesBaseline(series, shape, is_in).expected(series, shape);
    for (std::size_t i = 0; i < count; ++i) {
      if (is_in[i] != 0) found.expected[i] = expected[i];
    }
  }
  const std::vector<double> residuals = residuals_of(series, found);
  for (std::size_t fold = 0; fold < kSeriesFolds; ++fold) {
    const std::vector<std::uint8_t> is_in = fold_of(count, fold);
    const SeriesScatter scatter(series, shape, residuals, is_in, least);
    for (std::size_t i = 0; i < count; ++i) {
      if (is_in[i] != 0) found.judge(series, scatter, i);
    }
  }
  return found;
}

double weight_of_runs(std::span<const double> deviations, std::span<const Company> around) {
  std::vector<double> alone;
  std::vector<double> runs;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    alone.push_back(std::abs(deviations[i]));
    runs.push_back(run_score(deviations[i], around[i]));
  }
  const double run = order_statistic(runs, kComparedShare);
  return run > 0 ? order_statistic(alone, kComparedShare) / run : 0;
}

std::vector<double> scores_of(std::span<const double> deviations, std::span<const Company> around,
                              double run_weight) {
  std::vector<double> scores;
  scores.reserve(deviations.size());
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    scores.push_back(score_of(deviations[i], around[i], run_weight));
  }
  return scores;
}

std::vector<PointScore> judge(const PreparedSeries& series, const Deviations& found,
                              std::span<const Company> around, double run_weight,
                              const ScoreTail& tail, double threshold) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<PointScore> points;
  points.reserve(series.values.size());
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    PointScore point;
    const double value = series.values[i];
    point.expected = found.expected[i];
    point.score = score_of(found.deviations[i], around[i], run_weight);
    point.p_value = tail.p_value(point.score);
    point.is_alarm = point.score > threshold;
    point.high = point.expected + limit_of(threshold, around[i], run_weight, 1) * found.above[i];
    point.low = point.expected - limit_of(threshold, around[i], run_weight, -1) * found.below[i];
    // Band and score say the same; where they are equal but for rounding, the score decides.
    if (point.is_alarm && value >= point.low && value <= point.high) {
      (value > point.expected ? point.high : point.low) =
          std::nextafter(value, value > point.expected ? -kInfinity : kInfinity);
    } else if (!point.is_alarm) {
      point.low = std::min(point.low, value);
      point.high = std::max(point.high, value);
    }
    points.push_back(point);
  }
  return points;
}

/// Too few points to learn from: distances from the median alone.
SeriesJudgement judge_by_median(std::span<const SeriesPoint> points) {
  SeriesJudgement judgement;
  judgement.method = "baseline";
  judgement.threshold = kBaselineThreshold;
  judgement.notes.push_back(
      {.code = "few_points",
       .text = fmt::format("{} points are too few to learn what is usual ({} are needed): a point "
                           "is an alarm where it is more than {} robust standard deviations from "
                           "the median, and the rate is not kept.",
                           points.size(), kFewestPoints, kBaselineThreshold)});
  if (points.empty()) return judgement;
  judgement.shape.step = points.size() > 1 ? shape_of(points).step : kMicrosPerDay;
  std::vector<double> values;
  for (const SeriesPoint& point : points) values.push_back(point.value);
  const double median = median_of(values);
  double sum = 0;
  for (double& value : values) {
    value = std::abs(value - median);
    sum += value;
  }
  double deviation = kMedianToDeviation * median_of(values);
  if (deviation == 0) deviation = 1.2533 * sum / static_cast<double>(values.size());
  for (const SeriesPoint& point : points) {
    PointScore score{.expected = median,
                     .low = median - kBaselineThreshold * deviation,
                     .high = median + kBaselineThreshold * deviation};
    if (deviation > 0) {
      score.score = std::min(std::abs(point.value - median) / deviation, kHighestScore);
    }
    score.p_value = std::max(std::erfc(score.score / std::sqrt(2.0)), 1e-300);
    score.is_alarm = point.value < score.low || point.value > score.high;
    judgement.points.push_back(score);
  }
  return judgement;
}

/// A model with what it was learnt from.
struct Learnt {
  SeriesModel model;
  PreparedSeries series;
  Deviations found;
  std::vector<Company> around;
};

Learnt learn(std::span<const SeriesPoint> points) {
  SeriesModel model;
  model.shape = shape_of(points);
  PreparedSeries series(points, model.shape);
  const std::vector<std::uint8_t> none(points.size());
  model.baseline = SeriesBaseline(series, model.shape, none);
  const double least = model.baseline.least_scatter();
  Deviations found = out_of_fold(series, model.shape, least);
  model.scatter = SeriesScatter(series, model.shape, residuals_of(series, found), none, least);
  std::vector<Company> around = companies(series.days, found.deviations, model.shape);
  model.run_weight = weight_of_runs(found.deviations, around);
  model.tail = ScoreTail(scores_of(found.deviations, around, model.run_weight));
  return {.model = std::move(model),
          .series = std::move(series),
          .found = std::move(found),
          .around = std::move(around)};
}

}  // namespace

double SeriesModel::threshold(double rate) const {
  return std::max(tail.threshold(rate).value_or(kLeastDeviation), kLeastDeviation);
}

SeriesModel fit_series(std::span<const SeriesPoint> points) { return learn(points).model; }

std::vector<PointScore> score_series(const SeriesModel& model, std::span<const SeriesPoint> points,
                                     double rate) {
  if (points.empty()) return {};
  const PreparedSeries series(points, model.shape);
  Deviations found(points.size());
  found.expected = model.baseline.expected(series, model.shape);
  for (std::size_t i = 0; i < points.size(); ++i) found.judge(series, model.scatter, i);
  const std::vector<Company> around = companies(series.days, found.deviations, model.shape);
  return judge(series, found, around, model.run_weight, model.tail, model.threshold(rate));
}

SeriesJudgement judge_series(std::span<const SeriesPoint> points, double rate) {
  if (points.size() < kFewestPoints) return judge_by_median(points);
  SeriesJudgement judgement;
  const Learnt learnt = learn(points);
  const SeriesModel& model = learnt.model;
  judgement.shape = model.shape;
  judgement.threshold = model.threshold(rate);
  judgement.points = judge(learnt.series, learnt.found, learnt.around, model.run_weight, model.tail,
                           judgement.threshold);

  const auto [least, greatest] = std::ranges::minmax(learnt.series.values);
  if (least == greatest) {
    judgement.notes.push_back({.code = "constant", .text = "All values are equal."});
  } else if (model.tail.source_at(rate) != ScoreTail::Source::kCounts) {
    judgement.notes.push_back(
        {.code = "few_alarms_expected",
         .text =
             fmt::format("Of {} points about {:.3g} would be alarms at this rate, too few to be "
                         "counted: the threshold is read off a curve through the highest "
                         "scores.",
                         points.size(), rate * static_cast<double>(points.size()))});
  }
  return judgement;
}

std::int64_t gap_of(std::span<const SeriesPoint> points, const SeriesShape& shape) {
  if (points.empty()) return kMicrosPerDay;
  const std::int64_t span = points.back().time.micros - points.front().time.micros;
  return std::max(std::min(kMicrosPerDay, span / 20), 2 * shape.step);
}

std::vector<SeriesEvent> events_of(std::span<const SeriesPoint> points,
                                   std::span<const PointScore> scores, std::int64_t gap) {
  std::vector<SeriesEvent> events;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!scores[i].is_alarm) continue;
    if (events.empty() || points[i].time.micros - points[events.back().to].time.micros > gap) {
      events.push_back({.from = i, .to = i, .peak = i});
    }
    SeriesEvent& event = events.back();
    event.to = i;
    if (scores[i].score > scores[event.peak].score) event.peak = i;
    ++event.alarms;
    event.above += points[i].value > scores[i].expected;
  }
  return events;
}

}  // namespace ca::stats
