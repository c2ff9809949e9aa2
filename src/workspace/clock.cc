#include "workspace/clock.h"

#include <fmt/format.h>

#include <utility>

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

std::string utc_stamp(TimePoint time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", p.year, p.month, p.day, p.hours, p.minutes,
                     p.seconds);
}

}  // namespace ca::workspace
