// How often points of series in which nothing is wrong are alarms: docs/anomalies.md.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <numbers>
#include <string_view>
#include <vector>

#include "stats/random.h"
#include "stats/series_anomaly.h"

namespace ca::calibration {
namespace {

using stats::PointScore;
using stats::RandomStream;
using stats::SeriesPoint;

constexpr double kTurn = 2 * std::numbers::pi;

/// Noise of which every point is as it should be.
struct Kind {
  std::string_view name;
  /// The value of the day `day` of `days`, given the one before.
  std::function<double(RandomStream&, double day, double days, double before)> next;
  double shortest_days = 0;  ///< shorter series do not show what they are
};

double autocorrelated(RandomStream& random, double before, double part) {
  return part * before + std::sqrt(1 - part * part) * random.normal();
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> kKinds = {
      {.name = "Gaussian",
       .next = [](RandomStream& random, double, double, double) { return random.normal(); }},
      {.name = "Student's t, 3 degrees",
       .next = [](RandomStream& random, double, double,
                  double) { return random.normal() / std::sqrt(random.gamma(1.5) / 1.5); }},
      {.name = "log-normal",
       .next = [](RandomStream& random, double, double,
                  double) { return std::exp(random.normal()); }},
      {.name = "Poisson, mean 2",
       .next = [](RandomStream& random, double, double,
                  double) { return static_cast<double>(random.poisson(2)); }},
      {.name = "Poisson, mean 30",
       .next = [](RandomStream& random, double, double,
                  double) { return static_cast<double>(random.poisson(30)); }},
      {.name = "19 of 20 are zero",
       .next = [](RandomStream& random, double, double,
                  double) { return random.happens(0.05) ? random.exponential() : 0; }},
      {.name = "AR(1), 0.5",
       .next = [](RandomStream& random, double, double,
                  double before) { return autocorrelated(random, before, 0.5); }},
      {.name = "AR(1), 0.8",
       .next = [](RandomStream& random, double, double,
                  double before) { return autocorrelated(random, before, 0.8); }},
      {.name = "daily season",
       .next =
           [](RandomStream& random, double day, double, double) {
             return 10 * std::sin(kTurn * day) + 5 * std::cos(2 * kTurn * day) + random.normal();
           }},
      {.name = "weekly season",
       .next =
           [](RandomStream& random, double day, double, double) {
             const bool is_weekend = static_cast<int>(day) % 7 >= 5;
             return 6 * std::sin(kTurn * day) + (is_weekend ? 12 : 0) + random.normal();
           },
       .shortest_days = 63},
      {.name = "trend", .next = [](RandomStream& random, double day, double days, double) {
         return 50 * day / days + random.normal();
       }}};
  return kKinds;
}

struct Size {
  std::string_view name;
  std::size_t points;
  std::int64_t step;
};

constexpr std::int64_t kHour = kMicrosPerHour;

std::vector<SeriesPoint> draw(const Kind& kind, const Size& size, std::uint64_t seed) {
  RandomStream random(seed, size.points);
  const double step = static_cast<double>(size.step) / kMicrosPerDay;
  std::vector<SeriesPoint> points;
  double value = random.normal();
  for (std::size_t i = 0; i < size.points; ++i) {
    const auto number = static_cast<double>(i);
    value = kind.next(random, number * step, static_cast<double>(size.points) * step, value);
    points.push_back({.time = {20'000 * kMicrosPerDay + static_cast<std::int64_t>(i) * size.step},
                      .value = value});
  }
  return points;
}

double share_of(const std::vector<PointScore>& scores) {
  return static_cast<double>(std::ranges::count_if(scores, &PointScore::is_alarm)) /
         static_cast<double>(scores.size());
}

int seeds() { return std::getenv("CA_LONG") != nullptr ? 200 : 20; }

/// The mean share of alarms at 1 % and at 0.5 %.
struct Shares {
  double at_1 = 0;
  double at_half = 0;

  void add(const std::vector<PointScore>& of_1, const std::vector<PointScore>& of_half) {
    at_1 += share_of(of_1) / seeds();
    at_half += share_of(of_half) / seeds();
  }
};

/// Within half a point of 1 %, and between half and twice 0.5 %.
void expect_near_the_rate(const Shares& shares, std::string_view what, const Kind& kind,
                          const Size& size) {
  EXPECT_NEAR(shares.at_1, 0.01, 0.005) << kind.name << ", " << size.name;
  EXPECT_NEAR(shares.at_half, 0.00625, 0.00375) << kind.name << ", " << size.name;
  if (std::getenv("CA_TABLE") != nullptr) {
    std::cout << fmt::format("| {} | {} | {} | {:.2f} % | {:.2f} % |\n", what, size.name, kind.name,
                             100 * shares.at_1, 100 * shares.at_half);
  }
}

bool shows(const Kind& kind, const Size& size, double share) {
  const double days = static_cast<double>(size.points) * static_cast<double>(size.step) /
                      static_cast<double>(kMicrosPerDay);
  return share * days >= kind.shortest_days &&
         !(kind.name == "daily season" && size.step >= kMicrosPerDay);
}

// Learnt from one half of a series, counted in the other.
TEST(SeriesCalibration, HalvesThatWereNotSeen) {
  for (const Size& size : {Size{"8,760 hours", 8760, kHour}, Size{"1,460 days", 1460, 24 * kHour},
                           Size{"12,000 five minutes", 12'000, kHour / 12}}) {
    for (const Kind& kind : kinds()) {
      if (!shows(kind, size, 0.5)) continue;
      Shares shares;
      for (int seed = 0; seed < seeds(); ++seed) {
        const std::vector<SeriesPoint> points = draw(kind, size, static_cast<std::uint64_t>(seed));
        const std::span<const SeriesPoint> all(points);
        const auto model = stats::fit_series(all.first(size.points / 2));
        const auto rest = all.subspan(size.points / 2);
        shares.add(stats::score_series(model, rest, 0.01), stats::score_series(model, rest, 0.005));
      }
      expect_near_the_rate(shares, "the other half", kind, size);
    }
  }
}

// A series judged by itself, as the command does.
TEST(SeriesCalibration, SeriesJudgedByThemselves) {
  for (const Size& size : {Size{"200 days", 200, 24 * kHour}, Size{"1,000 hours", 1000, kHour},
                           Size{"4,032 five minutes", 4032, kHour / 12}}) {
    for (const Kind& kind : kinds()) {
      if (!shows(kind, size, 1)) continue;
      Shares shares;
      for (int seed = 0; seed < seeds(); ++seed) {
        const std::vector<SeriesPoint> points = draw(kind, size, static_cast<std::uint64_t>(seed));
        shares.add(stats::judge_series(points, 0.01).points,
                   stats::judge_series(points, 0.005).points);
      }
      expect_near_the_rate(shares, "all points", kind, size);
    }
  }
}

}  // namespace
}  // namespace ca::calibration
