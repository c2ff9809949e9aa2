#include "stats/series_anomaly.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

#include "stats/random.h"

namespace ca::stats {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kMinute = 60 * kMicrosPerSecond;

using Value = std::function<double(std::size_t i, double day)>;

std::vector<SeriesPoint> series(std::size_t count, std::int64_t step, const Value& value) {
  constexpr std::int64_t kBegin = 20'000 * kMicrosPerDay;
  std::vector<SeriesPoint> points;
  for (std::size_t i = 0; i < count; ++i) {
    const auto passed = static_cast<std::int64_t>(i) * step;
    points.push_back({.time = {kBegin + passed},
                      .value = value(i, static_cast<double>(passed) / kMicrosPerDay)});
  }
  return points;
}

std::vector<SeriesPoint> noise(std::size_t count, std::int64_t step) {
  RandomStream random(21, count);
  return series(count, step, [&](std::size_t, double) { return 100 + random.normal(); });
}

std::size_t alarms(const std::vector<PointScore>& points) {
  return static_cast<std::size_t>(std::ranges::count_if(points, &PointScore::is_alarm));
}

/// An alarm lies outside its band and scores above the threshold, all others do neither.
void expect_explained(std::span<const SeriesPoint> points, const SeriesJudgement& judgement) {
  ASSERT_EQ(points.size(), judgement.points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const PointScore& point = judgement.points[i];
    const bool is_inside = points[i].value >= point.low && points[i].value <= point.high;
    EXPECT_EQ(point.is_alarm, !is_inside) << i;
    EXPECT_EQ(point.is_alarm, point.score > judgement.threshold) << i;
    EXPECT_LE(point.low, point.high) << i;
    EXPECT_TRUE(std::isfinite(point.expected) && std::isfinite(point.low) &&
                std::isfinite(point.high) && std::isfinite(point.score))
        << i;
    EXPECT_GT(point.p_value, 0) << i;
    EXPECT_LE(point.p_value, 1) << i;
  }
}

TEST(SeriesShape, IsFoundFromTheSeries) {
  RandomStream random(22, 0);
  const auto daily = [&](std::size_t, double day) {
    return 10 * std::sin(2 * std::numbers::pi * day) + random.normal();
  };
  const auto weekly = [&](std::size_t, double day) {
    return (static_cast<int>(day) % 7 < 5 ? 8 : 0) + random.normal();
  };
  const auto season = [](const std::vector<SeriesPoint>& points) {
    return shape_of(points).slots.season();
  };
  EXPECT_EQ(season(series(1000, kMicrosPerHour, daily)), Season::kDaily);
  EXPECT_EQ(season(series(4032, 5 * kMinute, daily)), Season::kDaily);
  EXPECT_EQ(season(series(1500, kMicrosPerHour, weekly)), Season::kWeekly);
  EXPECT_EQ(season(series(200, kMicrosPerDay, weekly)), Season::kWeekly);
  EXPECT_EQ(season(noise(2000, kMicrosPerHour)), Season::kNone);
  EXPECT_EQ(season(noise(200, kMicrosPerDay)), Season::kNone);
  // Two weeks do not show what a week is.
  EXPECT_NE(season(series(336, kMicrosPerHour, weekly)), Season::kWeekly);
  EXPECT_EQ(shape_of(noise(100, 7 * kMinute)).step, 7 * kMinute);
}

TEST(SeriesAnomaly, FindsWhatWasPlantedAndSaysWhatWasExpected) {
  RandomStream random(23, 0);
  std::vector<SeriesPoint> points = series(2000, kMicrosPerHour, [&](std::size_t, double day) {
    return 50 + 0.2 * day + 10 * std::sin(2 * std::numbers::pi * day) + random.normal();
  });
  points[700].value += 12;
  for (std::size_t i = 1500; i < 1510; ++i) points[i].value -= 9;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  expect_explained(points, judgement);
  EXPECT_EQ(judgement.shape.slots.season(), Season::kDaily);
  EXPECT_TRUE(judgement.points[700].is_alarm);
  EXPECT_NEAR(judgement.points[700].expected, points[700].value - 12, 3.5);
  EXPECT_LT(judgement.points[700].p_value, 0.01);
  for (std::size_t i = 1500; i < 1510; ++i) {
    EXPECT_TRUE(judgement.points[i].is_alarm) << i;
    EXPECT_LT(points[i].value, judgement.points[i].low) << i;
  }
  EXPECT_EQ(alarms(judgement.points), 20U);
}

// Eight points two deviations above: none would be an alarm by itself.
TEST(SeriesAnomaly, APointCountsMoreInBadCompany) {
  std::vector<SeriesPoint> points = noise(3000, kMicrosPerHour);
  for (std::size_t i = 1000; i < 1008; ++i) points[i].value = 102.2;
  points[2000].value = 102.2;
  for (const std::size_t i : {1999U, 2001U}) points[i].value = 100;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  expect_explained(points, judgement);
  EXPECT_FALSE(judgement.points[2000].is_alarm);
  EXPECT_TRUE(judgement.points[1003].is_alarm);
  EXPECT_LT(judgement.points[1003].high, judgement.points[2000].high);
}

TEST(SeriesAnomaly, OneHalfJudgesTheOther) {
  const std::vector<SeriesPoint> points = noise(4000, kMicrosPerHour);
  const std::span<const SeriesPoint> all(points);
  const SeriesModel model = fit_series(all.first(2000));
  std::vector<SeriesPoint> second(points.begin() + 2000, points.end());
  second[500].value += 8;
  const std::vector<PointScore> scores = score_series(model, second, 0.01);
  ASSERT_EQ(scores.size(), 2000U);
  EXPECT_TRUE(scores[500].is_alarm);
  EXPECT_GT(alarms(scores), 5U);
  EXPECT_LT(alarms(scores), 40U);
  EXPECT_TRUE(score_series(model, {}, 0.01).empty());
}

TEST(SeriesAnomaly, AboutTheRateOfAnySeriesAreAlarms) {
  for (const double rate : {0.05, 0.01, 0.005}) {
    const std::vector<SeriesPoint> points = noise(4000, kMicrosPerHour);
    EXPECT_NEAR(static_cast<double>(alarms(judge_series(points, rate).points)), 4000 * rate, 2);
  }
}

TEST(SeriesAnomaly, ConstantSeriesHaveNoAlarms) {
  for (const double value : {0.0, 0.1, 1e15}) {
    const auto points = series(500, kMicrosPerHour, [&](std::size_t, double) { return value; });
    const SeriesJudgement judgement = judge_series(points, 0.01);
    expect_explained(points, judgement);
    EXPECT_EQ(alarms(judgement.points), 0U) << value;
    ASSERT_EQ(judgement.notes.size(), 1U);
    EXPECT_EQ(judgement.notes[0].code, "constant");
  }
}

TEST(SeriesAnomaly, RepeatingWithoutNoiseHasNoAlarmsButTheBrokenPlace) {
  auto points = series(1000, kMicrosPerHour, [](std::size_t, double day) {
    return 20 + 10 * std::sin(2 * std::numbers::pi * day);
  });
  EXPECT_EQ(alarms(judge_series(points, 0.01).points), 0U);
  points[600].value += 3;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  expect_explained(points, judgement);
  EXPECT_TRUE(judgement.points[600].is_alarm);
}

TEST(SeriesAnomaly, JumpsAtTheSameTimeEachDayAreNone) {
  const auto points = series(4032, 5 * kMinute, [](std::size_t i, double) {
    return i % 288 >= 108 && i % 288 < 216 ? 80.0 : 20.0;
  });
  EXPECT_EQ(alarms(judge_series(points, 0.01).points), 0U);
}

TEST(SeriesAnomaly, MostlyZerosAndASpike) {
  auto points = series(1000, kMicrosPerHour, [](std::size_t, double) { return 0.0; });
  points[400].value = 7;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  expect_explained(points, judgement);
  EXPECT_EQ(alarms(judgement.points), 1U);
  EXPECT_TRUE(judgement.points[400].is_alarm);
  EXPECT_NEAR(judgement.points[400].expected, 0, 0.05);
}

TEST(SeriesAnomaly, HugeValuesStayFinite) {
  std::vector<SeriesPoint> points = noise(800, kMicrosPerHour);
  points[10].value = 1e100;
  points[600].value = -1e100;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  expect_explained(points, judgement);
  EXPECT_TRUE(judgement.points[10].is_alarm);
  EXPECT_TRUE(judgement.points[600].is_alarm);
  EXPECT_NEAR(judgement.points[610].expected, 100, 0.5);
}

TEST(SeriesAnomaly, GapsAndRepeatedTimes) {
  std::vector<SeriesPoint> points = noise(1000, kMicrosPerHour);
  points.erase(points.begin() + 300, points.begin() + 500);
  points.insert(points.begin() + 100, points[100]);
  points[100].value = 120;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  expect_explained(points, judgement);
  EXPECT_TRUE(judgement.points[100].is_alarm);
  EXPECT_FALSE(judgement.points[101].is_alarm);
  std::vector<SeriesPoint> at_once = noise(50, kMicrosPerHour);
  for (SeriesPoint& point : at_once) point.time = at_once[0].time;
  expect_explained(at_once, judge_series(at_once, 0.05));
}

TEST(SeriesAnomaly, FewPointsAreComparedWithTheirMedian) {
  EXPECT_TRUE(judge_series({}, 0.01).points.empty());
  std::vector<SeriesPoint> points = noise(kFewestPoints - 1, kMicrosPerDay);
  points[7].value = 140;
  const SeriesJudgement judgement = judge_series(points, 0.01);
  EXPECT_EQ(judgement.method, "baseline");
  ASSERT_EQ(judgement.notes.size(), 1U);
  EXPECT_EQ(judgement.notes[0].code, "few_points");
  expect_explained(points, judgement);
  EXPECT_TRUE(judgement.points[7].is_alarm);
  EXPECT_EQ(alarms(judgement.points), 1U);
  const auto one = series(1, kMicrosPerDay, [](std::size_t, double) { return 3.0; });
  EXPECT_EQ(alarms(judge_series(one, 0.01).points), 0U);
  for (const std::size_t count : {30U, 31U, 45U}) {
    expect_explained(noise(count, kMicrosPerDay), judge_series(noise(count, kMicrosPerDay), 0.01));
  }
}

TEST(SeriesEvents, AreAlarmsCloseTogether) {
  const auto points =
      series(10, kMicrosPerHour, [](std::size_t i, double) { return static_cast<double>(i); });
  std::vector<PointScore> scores(10);
  const std::vector<std::pair<std::size_t, double>> high = {{1, 5}, {2, 9}, {4, 9}, {8, 3}};
  for (const auto& [i, score] : high) {
    scores[i] = {.expected = i == 2 ? 100.0 : 0, .score = score, .is_alarm = true};
  }
  const std::vector<SeriesEvent> events = events_of(points, scores, 2 * kMicrosPerHour);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].from, 1U);
  EXPECT_EQ(events[0].to, 4U);
  EXPECT_EQ(events[0].peak, 2U);
  EXPECT_EQ(events[0].alarms, 3U);
  EXPECT_EQ(events[0].above, 2U);
  EXPECT_EQ(events[1].from, 8U);
  EXPECT_EQ(events[1].to, 8U);
}

TEST(SeriesEvents, TheGapFitsTheSeries) {
  const auto gap = [](std::size_t count, std::int64_t step) {
    const std::vector<SeriesPoint> points = noise(count, step);
    return gap_of(points, shape_of(points));
  };
  EXPECT_EQ(gap(10'000, kMicrosPerHour), kMicrosPerDay);
  EXPECT_EQ(gap(100, kMicrosPerDay), 2 * kMicrosPerDay);
  EXPECT_EQ(gap(3601, kMicrosPerSecond), 180 * kMicrosPerSecond);
}

}  // namespace
}  // namespace ca::stats
