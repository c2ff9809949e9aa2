#include "workspace/clock.h"

#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "base/error.h"

namespace ca::workspace {
namespace {

struct Parts {
  int year;
  unsigned month, day;
  std::int64_t hours, minutes, seconds, millis;
};

Parts parts_of(TimePoint time) {
  using namespace std::chrono;
  const auto midnight = floor<days>(time);
  const year_month_day date(midnight);
  const hh_mm_ss<milliseconds> clock(floor<milliseconds>(time - midnight));
  return {int{date.year()},          unsigned{date.month()},  unsigned{date.day()},
          clock.hours().count(),     clock.minutes().count(), clock.seconds().count(),
          clock.subseconds().count()};
}

}  // namespace

Clock or_system_clock(Clock clock) {
  if (clock) return clock;
  return [] { return std::chrono::system_clock::now(); };
}

std::string utc_text(TimePoint time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", p.year, p.month, p.day, p.hours,
                     p.minutes, p.seconds, p.millis);
}

TimePoint parse_utc_text(const std::string& text) {
  using namespace std::chrono;
  int y = 0, millis = 0;
  unsigned mon = 0, d = 0, h = 0, min = 0, sec = 0;
  int end = 0;
  const int read = std::sscanf(text.c_str(), "%4d-%2u-%2uT%2u:%2u:%2u.%3dZ%n", &y, &mon, &d, &h,
                               &min, &sec, &millis, &end);
  const year_month_day date(year{y}, month{mon}, day{d});
  if (read != 7 || static_cast<std::size_t>(end) != text.size() || !date.ok()) {
    throw Error("E-HOME", "The workspace holds a time that is none: '" + text + "'.",
                "Restore workspace.sqlite from a backup.");
  }
  return sys_days(date) + hours{h} + minutes{min} + seconds{sec} + milliseconds{millis};
}

std::string utc_stamp(TimePoint time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", p.year, p.month, p.day, p.hours, p.minutes,
                     p.seconds);
}

}  // namespace ca::workspace
