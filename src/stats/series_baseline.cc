#include "stats/series_baseline.h"

#include <algorithm>
#include <cmath>

#include "stats/local_level.h"
#include "stats/quantile.h"
#include "stats/robust_scale.h"

namespace ca::stats {
namespace {

/// Robust standard deviations: a normal's median distance from its middle times this is its own.
constexpr double kMeanToDeviation = 1.2533;

constexpr double kReachDays = 14;
constexpr double kFewestInReach = 30;
constexpr double kFewestInShortReach = 15;
constexpr double kRunReachDays = 0.5;
/// Runs of more points would be too few to learn how often one occurs.
constexpr std::size_t kPointsAPointOfRun = 200;
/// Values are cut so many deviations from the rough level before they make a level.
constexpr double kCut = 3;
constexpr double kFewestSeasons = 3;
constexpr double kFewestForFine = 7;
constexpr double kBelievedError = 0.97;
constexpr double kTrimmedShare = 0.99;
/// Points of all slots that a slot's own scatter is mixed with.
constexpr double kScatterPrior = 10;
constexpr double kRounding = 1e-12;
constexpr double kSmallestDeviation = 1e-200;

std::vector<double> kept(std::span<const double> values,
                         std::span<const std::uint8_t> is_left_out) {
  std::vector<double> some;
  some.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_left_out[i] == 0) some.push_back(values[i]);
  }
  return some;
}

std::vector<double> differences(std::span<const double> values, std::span<const double> levels) {
  std::vector<double> rest(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) rest[i] = values[i] - levels[i];
  return rest;
}

/// How far values usually are from 0, as a standard deviation: by their median distance, or, where
/// more than half of them are 0, by the share of the others and their median.
double usual_distance(std::vector<double> values) {
  for (double& value : values) value = std::abs(value);
  const double median = median_of(values);
  if (median > 0) return kMedianToDeviation * median;
  const auto all = static_cast<double>(values.size());
  std::erase(values, 0.0);
  if (values.empty()) return 0;
  return kMeanToDeviation * static_cast<double>(values.size()) / all * order_statistic(values, 0.5);
}

double span_in_days(std::span<const SeriesPoint> points) {
  return static_cast<double>(points.back().time.micros - points.front().time.micros) /
         static_cast<double>(kMicrosPerDay);
}

std::int64_t step_of(std::span<const SeriesPoint> points) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const std::int64_t step = points[i].time.micros - points[i - 1].time.micros;
    if (step > 0) steps.push_back(static_cast<double>(step));
  }
  return steps.empty() ? kMicrosPerDay : static_cast<std::int64_t>(median_of(steps));
}

SeasonProfile profile_of(const SeasonSlots& slots, std::span<const SeasonSlots::Place> places,
                         std::span<const double> values,
                         std::span<const std::uint8_t> is_left_out) {
  SlotMedians found = medians_by_slot(slots.count(), places, values, is_left_out);
  if (std::ranges::find(found.counts, 0.0) != found.counts.end()) {
    std::vector<double> all = kept(values, is_left_out);
    const double median = median_of(all);
    for (std::size_t slot = 0; slot < slots.count(); ++slot) {
      if (found.counts[slot] == 0) found.medians[slot] = median;
    }
  }
  return SeasonProfile(std::move(found.medians));
}

std::vector<SeasonSlots::Place> places_of(std::span<const SeriesPoint> points,
                                          const SeasonSlots& slots) {
  std::vector<SeasonSlots::Place> places;
  places.reserve(points.size());
  for (const SeriesPoint& point : points) places.push_back(slots.place_of(point.time));
  return places;
}

/// The mean distance of points from what a season learnt of the other folds says, the largest of
/// them cut.
double error_of(const SeasonSlots& slots, std::span<const SeriesPoint> points,
                std::span<const double> rest) {
  const std::vector<SeasonSlots::Place> places = places_of(points, slots);
  std::vector<double> errors(rest.size());
  for (std::size_t fold = 0; fold < kSeriesFolds; ++fold) {
    const std::vector<std::uint8_t> is_left_out = fold_of(rest.size(), fold);
    const SeasonProfile profile = profile_of(slots, places, rest, is_left_out);
    for (std::size_t i = 0; i < rest.size(); ++i) {
      if (is_left_out[i] != 0) errors[i] = std::abs(rest[i] - profile.at(places[i]));
    }
  }
  const double most = order_statistic(errors, kTrimmedShare);
  double sum = 0;
  for (const double error : errors) sum += std::min(error, most);
  return sum;
}

}  // namespace

std::vector<std::uint8_t> fold_of(std::size_t count, std::size_t fold) {
  std::vector<std::uint8_t> is_in(count);
  for (std::size_t i = fold * count / kSeriesFolds; i < (fold + 1) * count / kSeriesFolds; ++i) {
    is_in[i] = 1;
  }
  return is_in;
}

SeriesShape shape_of(std::span<const SeriesPoint> points) {
  SeriesShape shape;
  shape.step = step_of(points);
  const double step = static_cast<double>(shape.step) / static_cast<double>(kMicrosPerDay);
  const double days = span_in_days(points);
  shape.reach = std::min(std::max(kReachDays, kFewestInReach * step),
                         std::max(days / 3, kFewestInShortReach * step));
  shape.run_reach = kRunReachDays;
  shape.run_points = points.size() / kPointsAPointOfRun;

  const PreparedSeries series(points, shape);
  const std::vector<double> rest = differences(series.values, series.rough_level);
  double least = error_of(shape.slots, points, rest);
  const auto try_slots = [&](const SeasonSlots& slots) {
    const double error = error_of(slots, points, rest);
    if (error >= kBelievedError * least) return;
    shape.slots = slots;
    least = error;
  };
  for (const Season season : {Season::kDaily, Season::kWeekly}) {
    const double period = static_cast<double>(period_of(season)) / kMicrosPerDay;
    const double fewest_slots = season == Season::kDaily ? 4 : 2;
    if (days < kFewestSeasons * period - 1.5 * step || step * fewest_slots > period) continue;
    try_slots(SeasonSlots(season, shape.step));
    const SeasonSlots fine(season, shape.step, true);
    const double seasons = days / period;
    if (fine.count() > SeasonSlots(season, shape.step).count() && seasons >= kFewestForFine) {
      try_slots(fine);
    }
  }
  return shape;
}

PreparedSeries::PreparedSeries(std::span<const SeriesPoint> points, const SeriesShape& shape)
    : places(places_of(points, shape.slots)) {
  days.reserve(points.size());
  values.reserve(points.size());
  for (const SeriesPoint& point : points) {
    days.push_back(static_cast<double>(point.time.micros - points.front().time.micros) /
                   static_cast<double>(kMicrosPerDay));
    values.push_back(point.value);
  }
  rough_level = block_medians(days, values, shape.reach);
  if (values.empty()) return;
  std::vector<double> sizes = values;
  const double middle = median_of(sizes);
  for (double& size : sizes) size = std::abs(size - middle);
  resolution = kRounding * (std::abs(middle) + order_statistic(sizes, 0.99));
}

SeriesBaseline::SeriesBaseline(const PreparedSeries& series, const SeriesShape& shape,
                               std::span<const std::uint8_t> is_left_out) {
  profile_ = profile_of(shape.slots, series.places, differences(series.values, series.rough_level),
                        is_left_out);
  std::vector<double> bare = without_season(series);
  if (shape.slots.count() > 1) {
    // Once more, from a rough level that the season does not disturb.
    const std::vector<double> level = block_medians(series.days, bare, shape.reach);
    profile_ =
        profile_of(shape.slots, series.places, differences(series.values, level), is_left_out);
    bare = without_season(series);
  }
  std::vector<double> learnt = kept(bare, is_left_out);
  usual_level_ = median_of(learnt);
  learnt = kept(differences(bare, block_medians(series.days, bare, shape.reach)), is_left_out);
  const double middle = median_of(learnt);
  for (double& value : learnt) value -= middle;
  const bool is_mostly_level =
      2 * std::ranges::count(learnt, 0.0) > static_cast<std::ptrdiff_t>(learnt.size());
  const double deviation = usual_distance(std::move(learnt));
  least_scatter_ = std::max(is_mostly_level ? deviation : series.resolution, kSmallestDeviation);
  cut_low_ = middle - kCut * deviation;
  cut_high_ = middle + kCut * deviation;

  const std::vector<double> residuals = differences(series.values, expected(series, shape));
  learnt = kept(residuals, is_left_out);
  centre_ = median_of(learnt);
}

std::vector<double> SeriesBaseline::without_season(const PreparedSeries& series) const {
  std::vector<double> bare(series.values.size());
  for (std::size_t i = 0; i < bare.size(); ++i) {
    bare[i] = series.values[i] - profile_.at(series.places[i]);
  }
  return bare;
}

std::vector<double> SeriesBaseline::expected(const PreparedSeries& series,
                                             const SeriesShape& shape) const {
  std::vector<double> cut = without_season(series);
  const std::vector<double> rough = block_medians(series.days, cut, shape.reach);
  for (std::size_t i = 0; i < cut.size(); ++i) {
    cut[i] = std::clamp(cut[i], rough[i] + cut_low_, rough[i] + cut_high_);
  }
  std::vector<double> expected = level_without_self(series.days, cut, shape.reach, usual_level_);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i] += profile_.at(series.places[i]) + centre_;
  }
  return expected;
}

SeriesScatter::SeriesScatter(const PreparedSeries& series, const SeriesShape& shape,
                             std::span<const double> residuals,
                             std::span<const std::uint8_t> is_left_out, double least) {
  std::vector<double> higher;
  std::vector<double> lower;
  std::vector<double> all = kept(residuals, is_left_out);
  for (const double residual : all) {
    if (residual > 0) higher.push_back(residual);
    if (residual < 0) lower.push_back(residual);
  }
  std::vector<double> distances(residuals.begin(), residuals.end());
  for (double& distance : distances) distance = std::abs(distance);
  const double both = std::max(usual_distance(std::move(all)), least);
  above_ = higher.empty() ? both : std::max(usual_distance(std::move(higher)), least);
  below_ = lower.empty() ? both : std::max(usual_distance(std::move(lower)), least);

  const std::size_t slots = shape.slots.count();
  std::vector<double> factors(slots, 1);
  std::vector<double> learnt = kept(distances, is_left_out);
  const double usual = median_of(learnt);
  if (slots > 1 && usual > least) {
    const SlotMedians found = medians_by_slot(slots, series.places, distances, is_left_out);
    const std::size_t near = shape.slots.neighbours();
    for (std::size_t slot = 0; slot < slots; ++slot) {
      double count = 0;
      double sum = 0;
      for (std::size_t away = slots - near; away <= slots + near; ++away) {
        const std::size_t other = (slot + away) % slots;
        count += found.counts[other];
        sum += found.counts[other] * found.medians[other];
      }
      if (count == 0) continue;
      const double ratio = sum / count / usual;
      factors[slot] = std::sqrt((count * ratio * ratio + kScatterPrior) / (count + kScatterPrior));
    }
  }
  of_slot_ = SeasonProfile(std::move(factors));
}

}  // namespace ca::stats
