#include "runs/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "runs/run_options.h"
#include "runs/runner.h"

namespace ca::runs {
namespace {

constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int kMinutesPerDay = 24 * 60;
/// Further than the next 29th of February (2096 to 2104), and than the next 1st of a month that is
/// a Monday (`0 0 */31 1 mon`: up to 12 years).
constexpr std::int32_t kHorizonDays = 366 * 29;

struct PeriodName {
  SchedulePeriod period;
  std::string_view name;
};
constexpr std::array kPeriods = {PeriodName{SchedulePeriod::kOnce, "once"},
                                 PeriodName{SchedulePeriod::kHourly, "hourly"},
                                 PeriodName{SchedulePeriod::k12Hours, "12_hours"},
                                 PeriodName{SchedulePeriod::kDaily, "daily"},
                                 PeriodName{SchedulePeriod::kWeekly, "weekly"},
                                 PeriodName{SchedulePeriod::kCron, "cron"},
                                 PeriodName{SchedulePeriod::k12Hours, "12h"},
                                 PeriodName{SchedulePeriod::k12Hours, "12 hours"}};

Error wrong(std::string field, std::string message, std::string hint) {
  return {"E-PARAM", std::move(message), std::move(hint), {{"field", std::move(field)}}};
}

/// HH:MM as minutes after midnight.
std::int64_t minutes_of(std::string_view at) {
  if (at.empty()) return 0;
  const auto digit = [&](std::size_t i) { return at[i] >= '0' && at[i] <= '9'; };
  if (at.size() == 5 && at[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const int hour = 10 * (at[0] - '0') + at[1] - '0';
    const int minute = 10 * (at[3] - '0') + at[4] - '0';
    if (hour < 24 && minute < 60) return 60 * hour + minute;
  }
  throw wrong("at", fmt::format("\"{}\" is not a time of day.", at), "Write it as 03:30.");
}

bool has_blank_inside(std::string_view text) {
  return trim(text).find_first_of(" \t") != std::string_view::npos;
}

SchedulePeriod period_of(const workspace::ScheduleRecord& record) {
  if (const auto period = schedule_period_of(record.period)) return *period;
  if (record.cron.empty() && has_blank_inside(record.period)) return SchedulePeriod::kCron;
  std::vector<std::string> names;
  for (const PeriodName& known : kPeriods) names.emplace_back(known.name);
  const std::string nearest = nearest_name(record.period, names);
  throw wrong("period", fmt::format("There is no period \"{}\".", record.period),
              nearest.empty() ? "Use hourly, 12_hours, daily, weekly, or a cron expression such as "
                                "\"30 3 * * mon-fri\"."
                              : fmt::format("Did you mean {}?", nearest));
}

void check_stages(const std::vector<std::string>& stages) {
  for (const std::string& stage : stages) {
    if (std::ranges::find(stage_names(), stage) != stage_names().end()) continue;
    const std::string nearest = nearest_name(stage, stage_names());
    throw wrong("analyses", fmt::format("There is no stage \"{}\".", stage),
                nearest.empty() ? fmt::format("Stages are {}.", fmt::join(stage_names(), ", "))
                                : fmt::format("Did you mean {}?", nearest));
  }
}

/// The stages with those that publish what they make.
std::vector<std::string> with_publishing(const std::vector<std::string>& stages) {
  if (std::ranges::none_of(stages, makes_reports)) return stages;
  std::vector<std::string> all;
  for (const std::string& stage : stage_names()) {
    const bool is_asked = std::ranges::find(stages, stage) != stages.end();
    if (is_asked || stage == "exploratory" || stage == "publish") all.push_back(stage);
  }
  return all;
}

/// The first moment at which the clock shows this time or a later one: of a time that is skipped
/// the end of the gap.
Instant first_showing(const Zone& zone, Day day, std::int64_t minutes) {
  const Zone::Read read = zone.from_local(day, minutes * kMicrosPerMinute);
  if (read.reading != LocalReading::kSkipped) return read.instant;
  // No gap is longer than Apia's, a day. Changes of the clocks are on whole seconds.
  std::int64_t before = read.instant.micros / kMicrosPerSecond - 25 * 3600;
  std::int64_t showing = read.instant.micros / kMicrosPerSecond;
  while (showing - before > 1) {
    const std::int64_t middle = before + (showing - before) / 2;
    const LocalTime local = zone.to_local({middle * kMicrosPerSecond});
    const bool is_shown =
        std::pair(local.day, local.micros_of_day) >= std::pair(day, minutes * kMicrosPerMinute);
    (is_shown ? showing : before) = middle;
  }
  return {showing * kMicrosPerSecond};
}

/// Whether the zone's calendar has this day.
bool has_day(const Zone& zone, Day day) {
  return zone.to_local(first_showing(zone, day, 0)).day == day;
}

bool is_due_on(const Schedule& schedule, Day day) {
  switch (schedule.period) {
    case SchedulePeriod::kOnce:
    case SchedulePeriod::kHourly: return false;
    case SchedulePeriod::k12Hours:
    case SchedulePeriod::kDaily: return true;
    case SchedulePeriod::kWeekly: return iso_weekday(day) == 1;
    case SchedulePeriod::kCron: return schedule.cron->has_day(day);
  }
  return false;
}

/// The minutes of a day at which it is due, ascending.
std::vector<std::int64_t> times_of_day(const Schedule& schedule) {
  const std::int64_t at = schedule.at_minutes;
  if (schedule.period == SchedulePeriod::k12Hours) {
    const std::int64_t half = kMinutesPerDay / 2;
    return {at % half, at % half + half};
  }
  if (schedule.period != SchedulePeriod::kCron) return {at};
  std::vector<std::int64_t> times;
  for (int hour = 0; hour < 24; ++hour) {
    if (!schedule.cron->has_hour(hour)) continue;
    for (int minute = 0; minute < 60; ++minute) {
      if (schedule.cron->has_minute(minute)) times.push_back(60 * hour + minute);
    }
  }
  return times;
}

std::optional<Instant> next_time_of_day(const Schedule& schedule, Instant after) {
  const std::vector<std::int64_t> times = times_of_day(schedule);
  // A time of yesterday may be due today, at the end of a gap around midnight.
  const Day first = schedule.zone.to_local(after).day - 1;
  for (Day day = first; day < first + kHorizonDays; day = day + 1) {
    if (!is_due_on(schedule, day) || !has_day(schedule.zone, day)) continue;
    for (const std::int64_t minutes : times) {
      const Instant due = first_showing(schedule.zone, day, minutes);
      if (due > after) return due;
    }
  }
  return std::nullopt;
}

std::optional<Instant> next_minute_of_any_hour(const Schedule& schedule, Instant after) {
  const Zone& zone = schedule.zone;
  const LocalTime now = zone.to_local(after);
  const Day last = now.day + kHorizonDays;
  Instant due{after.micros - now.micros_of_day % kMicrosPerMinute + kMicrosPerMinute};
  for (;;) {
    const LocalTime local = zone.to_local(due);
    if (last < local.day) return std::nullopt;
    if (!schedule.cron->has_day(local.day)) {
      const Instant tomorrow = first_showing(zone, local.day + 1, 0);
      due = tomorrow > due ? tomorrow : Instant{due.micros + kMicrosPerMinute};
      continue;
    }
    const auto minute = static_cast<int>(local.micros_of_day / kMicrosPerMinute % 60);
    if (schedule.cron->has_minute(minute)) return due;
    int wait = 1;
    while (minute + wait < 60 && !schedule.cron->has_minute(minute + wait)) ++wait;
    const Instant then{due.micros + wait * kMicrosPerMinute};
    // Over a change of the clocks minute by minute: some came a minute after the hour.
    const bool is_plain =
        (zone.to_local(then).micros_of_day - local.micros_of_day - wait * kMicrosPerMinute) %
            kMicrosPerDay ==
        0;
    due = is_plain ? then : Instant{due.micros + kMicrosPerMinute};
  }
}

std::optional<Instant> next_hour(const Schedule& schedule, Instant after) {
  const std::int64_t shown = schedule.zone.to_local(schedule.since).micros_of_day % kMicrosPerHour;
  const std::int64_t wanted = schedule.at_minutes % 60 * kMicrosPerMinute;
  const std::int64_t first =
      schedule.since.micros + (wanted - shown + kMicrosPerHour) % kMicrosPerHour;
  if (after.micros < first) return Instant{first};
  return Instant{first + ((after.micros - first) / kMicrosPerHour + 1) * kMicrosPerHour};
}

}  // namespace

std::string_view name_of(SchedulePeriod period) {
  return std::ranges::find(kPeriods, period, &PeriodName::period)->name;
}

std::optional<SchedulePeriod> schedule_period_of(std::string_view name) {
  const auto* const found = std::ranges::find(kPeriods, name, &PeriodName::name);
  if (found == kPeriods.end()) return std::nullopt;
  return found->period;
}

Schedule read_schedule(const workspace::ScheduleRecord& record) {
  Schedule schedule;
  schedule.period = period_of(record);
  if (schedule.period == SchedulePeriod::kCron) {
    const bool is_period_itself = !schedule_period_of(record.period);
    schedule.cron = Cron::parse(is_period_itself ? record.period : record.cron);
    if (!record.at.empty()) {
      throw wrong("at", "A cron expression says the time of day itself.", "Leave out the time.");
    }
  } else if (!record.cron.empty()) {
    throw wrong("cron",
                fmt::format("A cron expression does not go with the period {}.", record.period),
                "Leave out one of both.");
  }
  schedule.at_minutes = minutes_of(record.at);
  try {
    schedule.zone = Zone::find(record.timezone.empty() ? "UTC" : record.timezone);
  } catch (const Error& error) {
    throw wrong("timezone", error.message(), error.hint());
  }
  check_stages(record.analyses);
  if (const auto saved = workspace::utc_time(record.created_at)) {
    schedule.since = to_instant(*saved);
  }
  return schedule;
}

workspace::ScheduleRecord normalised(workspace::ScheduleRecord record, std::string_view zone) {
  if (record.timezone.empty()) record.timezone = zone;
  const Schedule schedule = read_schedule(record);
  record.period = name_of(schedule.period);
  record.cron = schedule.cron ? schedule.cron->text() : "";
  record.analyses = with_publishing(record.analyses);
  if (record.name.empty()) {
    record.name = schedule.period == SchedulePeriod::k12Hours ? "12 hours" : record.period;
  }
  return record;
}

void check_once(const workspace::ScheduleRecord& record) {
  const auto refuse = [](const char* field, const char* what) {
    throw wrong(field, fmt::format("A run that happens once has no {}: it begins at once.", what),
                "Leave it out, or choose a period.");
  };
  if (!record.at.empty()) refuse("at", "time of day");
  if (!record.timezone.empty()) refuse("timezone", "time zone");
  if (!record.catch_up) refuse("catch_up", "missed runs");
}

std::optional<Instant> next_slot(const Schedule& schedule, Instant after) {
  switch (schedule.period) {
    case SchedulePeriod::kOnce: return std::nullopt;
    case SchedulePeriod::kHourly: return next_hour(schedule, after);
    case SchedulePeriod::k12Hours:
    case SchedulePeriod::kDaily:
    case SchedulePeriod::kWeekly: return next_time_of_day(schedule, after);
    case SchedulePeriod::kCron: break;
  }
  return schedule.cron->is_every_hour() ? next_minute_of_any_hour(schedule, after)
                                        : next_time_of_day(schedule, after);
}

std::vector<Instant> next_slots(const Schedule& schedule, Instant after, std::size_t count) {
  std::vector<Instant> slots;
  while (slots.size() < count) {
    const std::optional<Instant> slot = next_slot(schedule, after);
    if (!slot) break;
    slots.push_back(*slot);
    after = *slot;
  }
  return slots;
}

std::optional<Instant> last_slot(const Schedule& schedule, Instant after, Instant until) {
  std::optional<Instant> last;
  // Looks at the end first, and further back only while nothing is found there.
  for (std::int64_t back = 2 * kMicrosPerHour;; back *= 8) {
    const bool is_whole = until.micros - back <= after.micros;
    const Instant from = is_whole ? after : Instant{until.micros - back};
    for (std::optional<Instant> slot = next_slot(schedule, from); slot && *slot <= until;
         slot = next_slot(schedule, *slot)) {
      last = slot;
    }
    if (last || is_whole) return last;
  }
}

Instant to_instant(workspace::TimePoint time) {
  return {std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count()};
}

workspace::TimePoint to_time_point(Instant instant) {
  return workspace::TimePoint(std::chrono::microseconds(instant.micros));
}

std::string next_run_text(const Schedule& schedule, Instant after) {
  const std::optional<Instant> next = next_slot(schedule, after);
  return next ? workspace::utc_text(to_time_point(*next)) : std::string();
}

}  // namespace ca::runs
