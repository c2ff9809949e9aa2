#include "workspace/clock.h"

#include <fmt/format.h>

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

std::optional<TimePoint> utc_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !is_digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [text](std::size_t begin, std::size_t digits) {
    int value = 0;
    for (const char digit : text.substr(begin, digits)) value = 10 * value + (digit - '0');
    return value;
  };
  const year_month_day date(year(number(0, 4)), month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2))));
  if (!date.ok() || number(11, 2) > 23 || number(14, 2) > 59 || number(17, 2) > 59) {
    return std::nullopt;
  }
  return sys_days(date) + hours(number(11, 2)) + minutes(number(14, 2)) + seconds(number(17, 2)) +
         milliseconds(number(20, 3));
}

TimePoint parse_utc_text(const std::string& text) {
  if (const std::optional<TimePoint> time = utc_time(text)) return *time;
  throw Error("E-HOME", "The workspace holds a time that is none: '" + text + "'.",
              "Restore workspace.sqlite from a backup.");
}

std::string utc_stamp(TimePoint time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", p.year, p.month, p.day, p.hours, p.minutes,
                     p.seconds);
}

}  // namespace ca::workspace
