#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "api/anomalies.h"
#include "base/progress.h"
#include "base/terminal.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace ca::cli {
namespace {

constexpr std::size_t kEventsShown = 50;

std::string counted(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", with_separators(count), count == 1 ? one : many);
}

/// "every 5 minutes".
std::string words_of_step(std::int64_t step) {
  struct Unit {
    std::int64_t micros;
    const char* one;
    const char* many;
  };
  for (const Unit& unit :
       {Unit{kMicrosPerDay, "day", "days"}, Unit{kMicrosPerHour, "hour", "hours"},
        Unit{60 * kMicrosPerSecond, "minute", "minutes"},
        Unit{kMicrosPerSecond, "second", "seconds"}}) {
    if (step % unit.micros != 0) continue;
    const std::int64_t count = step / unit.micros;
    return count == 1 ? fmt::format("every {}", unit.one)
                      : fmt::format("every {}", counted(count, unit.one, unit.many));
  }
  return fmt::format("every {:.4g} seconds", static_cast<double>(step) / kMicrosPerSecond);
}

std::string words_of(stats::Season season) {
  switch (season) {
    case stats::Season::kNone: break;
    case stats::Season::kDaily: return "each hour of the day is compared with itself";
    case stats::Season::kWeekly: return "each time of the week is compared with itself";
  }
  return "neither days nor weeks repeat themselves";
}

/// Moments as short as the series allows: days, minutes or all there is.
class Moments {
 public:
  explicit Moments(const std::vector<stats::SeriesPoint>& points) {
    constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
    const auto all_at = [&](std::int64_t unit) {
      return std::ranges::all_of(
          points, [&](const stats::SeriesPoint& point) { return point.time.micros % unit == 0; });
    };
    length_ = all_at(kMicrosPerDay) ? 10 : all_at(kMicrosPerMinute) ? 16 : std::string::npos;
  }

  std::string operator()(Instant time) const {
    std::string text = zone_.format(time).substr(0, length_);
    std::ranges::replace(text, 'T', ' ');
    return text;
  }

 private:
  Zone zone_ = Zone::utc();
  std::size_t length_ = std::string::npos;
};

Table events_of(const api::AnomaliesAnswer& answer, const Moments& moment) {
  Table table = text_table("events", {"from", "to", "alarms", "side", "peak_score", "peak_at",
                                      "value", "expected", "band"});
  for (const stats::SeriesEvent& event : answer.events) {
    const stats::PointScore& peak = answer.judgement.points[event.peak];
    add_row(table, {moment(answer.points[event.from].time),
                    event.to == event.from ? "" : moment(answer.points[event.to].time),
                    with_separators(static_cast<std::int64_t>(event.alarms)),
                    std::string(api::side_of(event)), digits_of(peak.score),
                    moment(answer.points[event.peak].time),
                    digits_of(answer.points[event.peak].value), digits_of(peak.expected),
                    fmt::format("{} to {}", digits_of(peak.low), digits_of(peak.high))});
  }
  return table;
}

void print(const api::AnomaliesAnswer& answer) {
  const Moments moment(answer.points);
  const stats::SeriesJudgement& judgement = answer.judgement;
  const bool is_calibrated = judgement.method == "out_of_fold";
  const auto count = static_cast<std::int64_t>(answer.points.size());
  std::cout << fmt::format("{}, {} from {} to {}.\n", counted(count, "point", "points"),
                           words_of_step(judgement.shape.step), moment(answer.points.front().time),
                           moment(answer.points.back().time));
  if (is_calibrated) {
    std::cout << fmt::format("Expected is the level around a point; {}.\n",
                             words_of(judgement.shape.slots.season()));
  }
  const auto alarms = std::ranges::count_if(judgement.points, &stats::PointScore::is_alarm);
  if (alarms == 0) {
    std::cout << "No point is an alarm.\n";
    return;
  }
  std::cout << fmt::format(
      "{} in {}.", counted(alarms, "alarm", "alarms"),
      counted(static_cast<std::int64_t>(answer.events.size()), "event", "events"));
  if (is_calibrated) {
    std::cout << fmt::format(
        " At a rate of {:.4g} % about {} of so many points are alarms even where nothing is wrong.",
        100 * answer.query.rate,
        with_separators(std::llround(answer.query.rate * static_cast<double>(count))));
  }
  std::cout << "\n\n";
  show(events_of(answer, moment), Zone::utc(), kEventsShown);
  std::cout << fmt::format(
      "score: robust standard deviations from what is expected; above {} a point is an alarm, and "
      "lies outside its band.\n",
      digits_of(judgement.threshold));
  if (is_calibrated) {
    std::cout << "Points on the same side around it raise a point's score and narrow its band.\n";
  }
}

}  // namespace

int anomalies(const Common& common, const AnomaliesArguments& arguments,
              const Cancellation& cancellation) {
  const auto progress = progress_on_stderr();
  const api::AnomaliesAnswer answer = api::anomalies({.file = arguments.file,
                                                      .time = arguments.time,
                                                      .value = arguments.value,
                                                      .rate = arguments.rate},
                                                     *progress, cancellation);
  if (common.json) {
    std::cout << api::to_json(answer) << '\n';
    return 0;
  }
  print(answer);
  for (const std::string& note : api::notes_of(answer)) show_warning(note);
  return 0;
}

}  // namespace ca::cli
