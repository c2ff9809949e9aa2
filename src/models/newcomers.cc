#include "models/newcomers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

#include "base/exact_sum.h"
#include "models/backtest.h"

namespace ca::models {
namespace {

constexpr std::int32_t kYear = 364;  // whole weeks
constexpr std::int32_t kLevelDays = 28;
constexpr std::int32_t kProfileDays = 56;

/// First purchases by day, from the beginning of history up to an origin.
using Counts = std::vector<double>;

Counts first_purchases(const PurchaseDays& days, Day last) {
  Counts counts(static_cast<std::size_t>(std::max(0, last - days.begin + 1)), 0);
  for (std::size_t buyer = 0; buyer < days.buyers(); ++buyer) {
    const Day first{days.days_of(buyer)[0]};
    if (first >= days.begin && first <= last)
      ++counts[static_cast<std::size_t>(first - days.begin)];
  }
  return counts;
}

double mean_of_last(std::span<const double> counts, std::size_t days) {
  const std::span<const double> last = counts.last(std::min(days, counts.size()));
  double sum = 0;
  for (const double count : last) sum += count;
  return last.empty() ? 0 : sum / static_cast<double>(last.size());
}

std::size_t weekday_after(Day begin, std::size_t days) {
  return static_cast<std::size_t>(iso_weekday(begin + static_cast<std::int32_t>(days)) - 1);
}

/// Of whole weeks, adding up to 7; even where there is none.
std::array<double, 7> profile_of(std::span<const double> counts, Day begin) {
  std::array<double, 7> profile;
  profile.fill(1);
  const std::size_t days = std::min<std::size_t>(kProfileDays, counts.size() / 7 * 7);
  std::array<double, 7> sums{};
  double total = 0;
  for (std::size_t i = counts.size() - days; i < counts.size(); ++i) {
    sums[weekday_after(begin, i)] += counts[i];
    total += counts[i];
  }
  if (total > 0) {
    for (std::size_t day = 0; day < 7; ++day) profile[day] = 7 * sums[day] / total;
  }
  return profile;
}

using Forecast = std::optional<std::vector<double>>;

Forecast level(std::span<const double> counts, Day begin, std::size_t length) {
  const double mean = mean_of_last(counts, kLevelDays);
  const auto profile = profile_of(counts, begin);
  std::vector<double> daily;
  for (std::size_t i = 0; i < length; ++i) {
    daily.push_back(mean * profile[weekday_after(begin, counts.size() + i)]);
  }
  return daily;
}

Forecast trend(std::span<const double> counts, Day begin, std::size_t length) {
  constexpr double kLevelShare = 0.3, kSlopeShare = 0.1, kFading = 0.9;
  const std::size_t weeks = counts.size() / 7;
  if (weeks < 8) return std::nullopt;
  const std::size_t skipped = counts.size() - weeks * 7;
  double height = 0, slope = 0;
  for (std::size_t week = 0; week < weeks; ++week) {
    double sum = 0;
    for (std::size_t day = 0; day < 7; ++day) sum += counts[skipped + week * 7 + day];
    if (week == 0) {
      height = sum;
      continue;
    }
    const double before = height;
    height = kLevelShare * sum + (1 - kLevelShare) * (before + kFading * slope);
    slope = kSlopeShare * (height - before) + (1 - kSlopeShare) * kFading * slope;
  }
  const auto profile = profile_of(counts, begin);
  std::vector<double> daily;
  double rise = 0, step = slope;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % 7 == 0) rise += step *= kFading;
    const double week = std::max(0.0, height + rise);
    daily.push_back(week / 7 * profile[weekday_after(begin, counts.size() + i)]);
  }
  return daily;
}

Forecast year(std::span<const double> counts, Day, std::size_t length) {
  if (length > kYear || counts.size() < kYear + kProfileDays) return std::nullopt;
  const double now = mean_of_last(counts, kProfileDays);
  const double then = mean_of_last(counts.first(counts.size() - kYear), kProfileDays);
  if (!(then > 0)) return std::nullopt;
  std::vector<double> daily;
  for (std::size_t i = 0; i < length; ++i) {
    daily.push_back(counts[counts.size() - kYear + i] * now / then);
  }
  return daily;
}

struct Method {
  const char* name;
  Forecast (*expect)(std::span<const double> counts, Day begin, std::size_t length);
};
constexpr Method kMethods[] = {{"level", level}, {"trend", trend}, {"year", year}};

/// The method's daily errors at earlier origins; nothing where it had too little history there.
std::optional<double> error_of(const Method& method, std::span<const double> counts, Day begin,
                               const RollingOrigins& rolling) {
  double error = 0;
  for (const Day origin : rolling.origins) {
    const auto known = static_cast<std::size_t>(origin - begin + 1);
    const auto length = static_cast<std::size_t>(rolling.length);
    const Forecast forecast = method.expect(counts.first(known), begin, length);
    if (!forecast) return std::nullopt;
    for (std::size_t i = 0; i < length; ++i) error += std::abs((*forecast)[i] - counts[known + i]);
  }
  return error;
}

/// Mean of what a day of purchases brought in the last weeks; of all history where there were none.
struct MeanPayment {
  double recent_sum = 0, recent = 0, sum = 0, count = 0;

  void add(double amount, bool is_recent) {
    sum += amount;
    ++count;
    if (!is_recent) return;
    recent_sum += amount;
    ++recent;
  }
  double value() const {
    if (recent > 0) return std::max(0.0, recent_sum / recent);
    return count > 0 ? std::max(0.0, sum / count) : 0;
  }
};

}  // namespace

Arrivals expect_arrivals(const PurchaseDays& days, Day origin, std::int32_t length) {
  const Counts counts = first_purchases(days, origin);
  const RollingOrigins rolling = rolling_origins(days.begin, origin, length);
  const Method* best = &kMethods[0];
  std::optional<double> least;
  for (const Method& method : kMethods) {
    const auto error = error_of(method, counts, days.begin, rolling);
    if (error && (!least || *error < *least) &&
        method.expect(counts, days.begin, static_cast<std::size_t>(length))) {
      least = error;
      best = &method;
    }
  }
  return {.daily = *best->expect(counts, days.begin, static_cast<std::size_t>(length)),
          .method = best->name};
}

Newcomers expect_newcomers(const PurchaseDays& days, Day origin, std::int32_t length,
                           const std::vector<double>& repeat_orders) {
  Arrivals arrivals = expect_arrivals(days, origin, length);
  MeanPayment first, repeat;
  for (std::size_t buyer = 0; buyer < days.buyers(); ++buyer) {
    const auto day = days.days_of(buyer);
    const auto amount = days.amounts_of(buyer);
    for (std::size_t i = 0; i < day.size() && day[i] <= origin.number; ++i) {
      (i == 0 ? first : repeat).add(amount[i], day[i] > origin.number - kProfileDays);
    }
  }
  Newcomers newcomers{.arrivals = std::move(arrivals.daily),
                      .value = {},
                      .method = std::move(arrivals.method),
                      .first_payment = first.value(),
                      .repeat_payment = repeat.value()};
  const WeekdayShares shares = weekday_shares(days, origin);
  for (std::size_t today = 0; today < newcomers.arrivals.size(); ++today) {
    double repeats = 0;
    for (std::size_t age = 1; age <= today; ++age) {
      repeats += newcomers.arrivals[today - age] * (repeat_orders[age] - repeat_orders[age - 1]);
    }
    repeats *= shares[weekday_after(origin, today + 1)];
    newcomers.value.push_back(newcomers.arrivals[today] * newcomers.first_payment +
                              repeats * newcomers.repeat_payment);
  }
  return newcomers;
}

}  // namespace ca::models
