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
    trend.push_back(stats::median_of(around));
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
    effects[weekday] = stats::median_of(by_weekday[weekday]);
    sum += effects[weekday];
    ++known;
  }
  for (std::size_t weekday = 1; weekday < by_weekday.size(); ++weekday) {
    if (by_weekday[weekday].size() >= kFewestOfWeekday) effects[weekday] -= sum / known;
  }
  return effects;
}

/// How far a day's counts are from what is expected of them, and how much they tell of it.
struct Deviance {
  double signed_root = 0;
  double information = 0;  ///< 1 / variance of the value on its scale by counting alone
};

double relative_entropy(double seen, double expected) { return seen * std::log(seen / expected); }

Deviance deviance_of(const DailyFeature& feature, std::size_t day, double expected) {
  const double seen = feature.parts[day];
  double deviance = 0;
  Deviance found;
  if (feature.scale == DailyFeature::Scale::kCount) {
    const double mean = std::exp(expected);
    deviance = relative_entropy(seen, mean) - (seen - mean);
    found.information = mean;
  } else {
    // Of a ratio too: which of both counts each of their events is in.
    const double all = seen + feature.others[day];
    const double share = 1 / (1 + std::exp(-expected));
    deviance = relative_entropy(seen, all * share) +
               relative_entropy(feature.others[day], all * (1 - share));
    found.information = all * share * (1 - share);
  }
  const double distance = feature.value(day) - expected;
  // Near the expected value the deviance is a difference of nearly equal numbers.
  constexpr double kNear = 1e-4;
  found.signed_root = std::abs(distance) < kNear
                          ? distance * std::sqrt(found.information)
                          : std::copysign(std::sqrt(2 * std::max(deviance, 0.0)), distance);
  return found;
}

/// The common variance with which half of the deviations are within kQuartile usual ones.
double common_variance(std::span<const Deviance> all) {
  std::vector<double> ratios(all.size());
  const auto half_is_within = [&](double common) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      ratios[i] = std::abs(all[i].signed_root) / std::sqrt(1 + common * all[i].information);
    }
    return stats::median_of(ratios) <= kQuartile;
  };
  if (half_is_within(0)) return 0;
  double high = 1e-6;
  while (!half_is_within(high) && high < 1e12) high *= 2;
  double low = high / 2;
  for (int step = 0; step < 50; ++step) {
    const double middle = (low + high) / 2;
    (half_is_within(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

double DailyFeature::value(std::size_t day) const {
  return std::log(scale == Scale::kCount ? parts[day] : parts[day] / others[day]);
}

DailyFeature count_feature(std::string name, std::span<const double> counts) {
  DailyFeature feature{std::move(name), DailyFeature::Scale::kCount, {}, {}, {}};
  for (const double count : counts) {
    feature.parts.push_back(count + 0.5);
    feature.figures.push_back(count);
  }
  return feature;
}

DailyFeature part_feature(std::string name, std::span<const double> parts,
                          std::span<const double> wholes) {
  DailyFeature feature{std::move(name), DailyFeature::Scale::kShare, {}, {}, {}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] > wholes[i]) feature.scale = DailyFeature::Scale::kRatio;
  }
  const bool is_share = feature.scale == DailyFeature::Scale::kShare;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    feature.parts.push_back(parts[i] + 0.5);
    feature.others.push_back((is_share ? wholes[i] - parts[i] : wholes[i]) + 0.5);
    feature.figures.push_back(parts[i] / wholes[i]);
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
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = feature.value(i);
  std::vector<double> rest(count);
  const auto effect = [&](std::size_t i) {
    return effects[static_cast<std::size_t>(iso_weekday(days[i]))];
  };
  // What weekdays add is needed to see the trend, and the trend to see what they add.
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < count; ++i) rest[i] = values[i] - effect(i);
    trend = trend_of(rest, days);
    for (std::size_t i = 0; i < count; ++i) rest[i] = values[i] - trend[i];
    effects = weekdays_of(rest, days);
  }
  Deviations found;
  std::vector<Deviance> all;
  for (std::size_t i = 0; i < count; ++i) {
    const double expected = trend[i] + effect(i);
    found.expected.push_back(figure_of(feature.scale, expected));
    all.push_back(deviance_of(feature, i, expected));
  }
  const double common = all.empty() ? 0 : common_variance(all);
  for (const Deviance& each : all) {
    found.z.push_back(each.signed_root / std::sqrt(1 + common * each.information));
  }
  return found;
}

}  // namespace ca::models
