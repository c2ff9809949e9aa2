#include "models/daily_features.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/quantile.h"

namespace ca::models {
namespace {

constexpr std::int32_t kReach = 21;               // days of the trend to either side
constexpr std::size_t kFewestOfWeekday = 4;       // that say how a weekday differs
constexpr double kQuartile = 0.6744897501960817;  // half of normal deviations are within

double median(std::vector<double>& values) {
  std::ranges::sort(values);
  return stats::quantile(values, 0.5);
}

/// The median of values within reach of each day.
std::vector<double> trend_of(std::span<const double> values, std::span<const Day> days) {
  std::vector<double> trend;
  std::size_t first = 0;
  std::size_t end = 0;
  std::vector<double> around;
  for (const Day day : days) {
    while (days[first] < day - kReach) ++first;
    while (end < days.size() && days[end] <= day + kReach) ++end;
    around.assign(values.begin() + static_cast<std::ptrdiff_t>(first),
                  values.begin() + static_cast<std::ptrdiff_t>(end));
    trend.push_back(median(around));
  }
  return trend;
}

/// How each weekday differs, all of them together by nothing.
std::array<double, 8> weekdays_of(std::span<const double> rest, std::span<const Day> days) {
  std::array<std::vector<double>, 8> by_weekday;
  for (std::size_t i = 0; i < days.size(); ++i) {
    by_weekday[static_cast<std::size_t>(iso_weekday(days[i]))].push_back(rest[i]);
  }
  std::array<double, 8> effects{};
  double sum = 0;
  double known = 0;
  for (std::size_t weekday = 1; weekday < by_weekday.size(); ++weekday) {
    if (by_weekday[weekday].size() < kFewestOfWeekday) continue;
    effects[weekday] = median(by_weekday[weekday]);
    sum += effects[weekday];
    ++known;
  }
  for (std::size_t weekday = 1; weekday < by_weekday.size(); ++weekday) {
    if (by_weekday[weekday].size() >= kFewestOfWeekday) effects[weekday] -= sum / known;
  }
  return effects;
}

/// The variance beside that of counting with which half of the rest is within kQuartile deviations.
double common_variance(std::span<const double> rest, std::span<const double> sampling) {
  std::vector<double> ratios(rest.size());
  const auto half_is_within = [&](double common) {
    for (std::size_t i = 0; i < rest.size(); ++i) {
      const double variance = common + sampling[i];
      ratios[i] = variance > 0 ? std::abs(rest[i]) / std::sqrt(variance) : 0;
    }
    return median(ratios) <= kQuartile;
  };
  if (half_is_within(0)) return 0;
  double high = 0;
  for (const double each : rest) high = std::max(high, each * each / (kQuartile * kQuartile));
  double low = 0;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (half_is_within(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

DailyFeature count_feature(std::string name, std::span<const double> counts) {
  DailyFeature feature{std::move(name), DailyFeature::Scale::kCount, {}, {}};
  for (const double count : counts) {
    feature.values.push_back(std::log(count + 0.5));
    feature.sampling.push_back(1 / (count + 0.5));
  }
  return feature;
}

DailyFeature part_feature(std::string name, std::span<const double> parts,
                          std::span<const double> wholes) {
  DailyFeature feature{std::move(name), DailyFeature::Scale::kShare, {}, {}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] > wholes[i]) feature.scale = DailyFeature::Scale::kRatio;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_share = feature.scale == DailyFeature::Scale::kShare;
    const double part = parts[i] + 0.5;
    const double other = (is_share ? wholes[i] - parts[i] : wholes[i]) + 0.5;
    feature.values.push_back(std::log(part / other));
    feature.sampling.push_back(1 / part + 1 / other);
  }
  return feature;
}

double figure_of(DailyFeature::Scale scale, double value) {
  switch (scale) {
    case DailyFeature::Scale::kCount: return std::max(std::exp(value) - 0.5, 0.0);
    case DailyFeature::Scale::kShare: return 1 / (1 + std::exp(-value));
    case DailyFeature::Scale::kRatio: break;
  }
  return std::exp(value);
}

Deviations deviations(const DailyFeature& feature, std::span<const Day> days) {
  const std::size_t count = days.size();
  std::array<double, 8> effects{};
  std::vector<double> trend;
  std::vector<double> rest(count);
  const auto effect = [&](std::size_t i) {
    return effects[static_cast<std::size_t>(iso_weekday(days[i]))];
  };
  // What weekdays add is needed to see the trend, and the trend to see what they add.
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < count; ++i) rest[i] = feature.values[i] - effect(i);
    trend = trend_of(rest, days);
    for (std::size_t i = 0; i < count; ++i) rest[i] = feature.values[i] - trend[i];
    effects = weekdays_of(rest, days);
  }
  Deviations found;
  for (std::size_t i = 0; i < count; ++i) {
    rest[i] -= effect(i);
    found.expected.push_back(figure_of(feature.scale, trend[i] + effect(i)));
  }
  const double common = count == 0 ? 0 : common_variance(rest, feature.sampling);
  for (std::size_t i = 0; i < count; ++i) {
    const double variance = common + feature.sampling[i];
    found.z.push_back(variance > 0 ? rest[i] / std::sqrt(variance) : 0);
  }
  return found;
}

}  // namespace ca::models
