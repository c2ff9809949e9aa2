#include "base/calendar.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "base/error.h"
#include "base/posix_rule.h"

namespace ca {
namespace {

constexpr Day day_of(date::sys_days days) {
  return {static_cast<std::int32_t>(days.time_since_epoch().count())};
}

date::year_month_day civil_of(Day day) {
  return date::year_month_day{date::sys_days{date::days{day.number}}};
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

}  // namespace

std::string_view name_of(Period period) {
  switch (period) {
    case Period::kHourly: return "hourly";
    case Period::kDaily: return "daily";
    case Period::kWeekly: return "weekly";
    case Period::kMonthly: return "monthly";
  }
  return "unknown";
}

int iso_weekday(Day day) {
  const std::int32_t since_thursday = day.number % 7;  // day 0 was a Thursday
  return (since_thursday + 7 + 3) % 7 + 1;
}

Day monday_of(Day day) { return day - (iso_weekday(day) - 1); }

Day first_of_month(Day day) {
  return day - static_cast<std::int32_t>(static_cast<unsigned>(civil_of(day).day()) - 1);
}

Day bucket_of(Day day, Period period) {
  switch (period) {
    case Period::kWeekly: return monday_of(day);
    case Period::kMonthly: return first_of_month(day);
    case Period::kHourly:
    case Period::kDaily: break;
  }
  return day;
}

Day next_bucket(Day bucket, Period period) {
  switch (period) {
    case Period::kWeekly: return bucket + 7;
    case Period::kMonthly: return first_of_month(bucket + 31);
    case Period::kHourly:
    case Period::kDaily: break;
  }
  return bucket + 1;
}

std::int32_t bucket_number(Day day, Period period) {
  switch (period) {
    case Period::kWeekly: return static_cast<std::int32_t>(floor_divide(day.number + 3, 7));
    case Period::kMonthly: {
      const date::year_month_day civil = civil_of(day);
      const auto month = static_cast<std::int32_t>(static_cast<unsigned>(civil.month()));
      return 12 * (static_cast<int>(civil.year()) - 1970) + month - 1;
    }
    case Period::kHourly:
    case Period::kDaily: break;
  }
  return day.number;
}

Day bucket_begin(std::int32_t number, Period period) {
  switch (period) {
    case Period::kWeekly: return {7 * number - 3};  // 1970-01-01 was a Thursday
    case Period::kMonthly: {
      const auto years = static_cast<std::int32_t>(floor_divide(number, 12));
      return day_from_civil(1970 + years, static_cast<unsigned>(number - 12 * years + 1), 1);
    }
    case Period::kHourly:
    case Period::kDaily: break;
  }
  return {number};
}

Day day_from_civil(int year, unsigned month, unsigned day) {
  return day_of(date::sys_days{date::year{year} / date::month{month} / date::day{day}});
}

std::string format_day(Day day) {
  const date::year_month_day civil = civil_of(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(civil.year()),
                     static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
}

// ---- zones ----

namespace {

constexpr int kLastYear = 2200;

/// The rule for the time after the listed changes: the last line of the compiled zone file.
std::string rule_of_the_future(const std::string& zone) {
  std::ifstream file("/usr/share/zoneinfo/" + zone, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.size() < 2 || bytes.back() != '\n') return {};
  const std::size_t before = bytes.rfind('\n', bytes.size() - 2);
  return before == std::string::npos ? std::string{}
                                     : bytes.substr(before + 1, bytes.size() - before - 2);
}

/// The offsets from 1900 to 2200 in order of time; neighbours differ.
std::vector<OffsetChange> changes_of(const date::time_zone& zone) {
  std::vector<OffsetChange> changes;
  const auto add = [&](std::int64_t at, std::int64_t offset) {
    if (changes.empty() || changes.back().offset != offset) changes.push_back({at, offset});
  };
  constexpr date::sys_seconds kEnd = date::sys_days{date::year{kLastYear} / 12 / 31};
  date::sys_seconds at = date::sys_days{date::year{1899} / 12 / 30};
  date::sys_info span = zone.get_info(at);
  for (; span.end < kEnd; span = zone.get_info(at)) {
    add(at.time_since_epoch().count(), span.offset.count());
    at = span.end;
  }
  add(at.time_since_epoch().count(), span.offset.count());

  const int year = static_cast<int>(date::year_month_day{date::floor<date::days>(at)}.year());
  for (const OffsetChange& change :
       changes_by_posix_rule(rule_of_the_future(zone.name()), year, kLastYear)) {
    if (change.at > at.time_since_epoch().count()) add(change.at, change.offset);
  }
  return changes;
}

}  // namespace

Zone Zone::find(std::string_view name) {
  if (name == "UTC") return utc();
  Zone zone;
  try {
    const date::time_zone* known = date::locate_zone(std::string(name));
    for (const OffsetChange& change : changes_of(*known)) {
      const std::int64_t begin = change.at * kMicrosPerSecond;
      const std::int64_t offset = change.offset * kMicrosPerSecond;
      const std::int64_t before = zone.spans_.empty() ? offset : zone.spans_.back().offset;
      zone.spans_.push_back({begin, begin + std::max(before, offset), offset});
    }
  } catch (const std::exception&) {
    std::vector<std::string> names;
    for (const date::time_zone& candidate : date::get_tzdb().zones) {
      names.push_back(candidate.name());
    }
    const std::string nearest = nearest_name(name, names);
    throw Error("E-PARAM", fmt::format("There is no time zone \"{}\".", name),
                nearest.empty() ? "Use an IANA name such as Europe/London or UTC."
                                : fmt::format("Did you mean {}?", nearest),
                {{"value", std::string(name)}});
  }
  zone.name_ = name;
  // What comes before the table is read with its first offset.
  zone.spans_.front().utc_begin = std::numeric_limits<std::int64_t>::min();
  zone.spans_.front().local_begin = std::numeric_limits<std::int64_t>::min();
  return zone;
}

Zone Zone::utc() {
  Zone zone;
  zone.name_ = "UTC";
  zone.spans_.push_back(
      {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min(), 0});
  return zone;
}

LocalTime Zone::to_local(Instant instant) const {
  std::int64_t offset = spans_.front().offset;
  if (spans_.size() > 1) {
    const auto after = std::upper_bound(
        spans_.begin() + 1, spans_.end(), instant.micros,
        [](std::int64_t micros, const Span& span) { return micros < span.utc_begin; });
    offset = (after - 1)->offset;
  }
  const std::int64_t local = instant.micros + offset;
  const std::int64_t day = floor_divide(local, kMicrosPerDay);
  return {Day{static_cast<std::int32_t>(day)}, local - day * kMicrosPerDay};
}

Zone::Read Zone::from_local(Day day, std::int64_t micros_of_day) const {
  const std::int64_t local = day.number * kMicrosPerDay + micros_of_day;
  if (spans_.size() == 1) return {Instant{local - spans_.front().offset}, LocalReading::kUnique};
  const auto next = std::upper_bound(
      spans_.begin() + 1, spans_.end(), local,
      [](std::int64_t value, const Span& span) { return value < span.local_begin; });
  const std::int64_t micros = local - (next - 1)->offset;
  if (next == spans_.end()) return {Instant{micros}, LocalReading::kUnique};
  // Already past the change by the old offset: the clock never showed this time. Past it by the new
  // offset only: the clock showed it twice.
  if (micros >= next->utc_begin) return {Instant{micros}, LocalReading::kSkipped};
  if (local - next->offset >= next->utc_begin) return {Instant{micros}, LocalReading::kRepeated};
  return {Instant{micros}, LocalReading::kUnique};
}

std::string Zone::format(Instant instant) const {
  const LocalTime local = to_local(instant);
  const std::int64_t seconds = local.micros_of_day / kMicrosPerSecond;
  const std::int64_t micros = local.micros_of_day % kMicrosPerSecond;
  std::string out = format_day(local.day);
  fmt::format_to(std::back_inserter(out), "T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
  if (micros != 0) fmt::format_to(std::back_inserter(out), ".{:06}", micros);
  return out;
}

}  // namespace ca
