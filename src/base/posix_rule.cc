#include "base/posix_rule.h"

#include <date/date.h>

#include <algorithm>

namespace ca {
namespace {

/// Reads the parts of a rule from left to right. After a part that is not there, `ok` is false and
/// stays so.
struct Reader {
  std::string_view text;
  bool ok = true;

  bool next_is(char c) const { return !text.empty() && text.front() == c; }
  bool skip(char c) {
    if (!next_is(c)) return false;
    text.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok = skip(c) && ok; }

  /// Letters, or anything between < and >.
  void name() {
    std::size_t length = 0;
    if (skip('<')) {
      length = text.find('>');
      ok = ok && length != std::string_view::npos;
      text.remove_prefix(ok ? length + 1 : 0);
      return;
    }
    while (length < text.size() && (text[length] | 32) >= 'a' && (text[length] | 32) <= 'z') {
      ++length;
    }
    ok = ok && length > 0;
    text.remove_prefix(length);
  }

  unsigned number() {
    unsigned value = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && digits < 4 && text[digits] >= '0' && text[digits] <= '9';
         ++digits) {
      value = value * 10 + static_cast<unsigned>(text[digits] - '0');
    }
    ok = ok && digits > 0;
    text.remove_prefix(digits);
    return value;
  }

  /// [+-]hours[:minutes[:seconds]] in seconds.
  std::int64_t time() {
    const bool negative = skip('-');
    if (!negative) skip('+');
    std::int64_t seconds = std::int64_t{3600} * number();
    if (skip(':')) seconds += 60 * number();
    if (skip(':')) seconds += number();
    return negative ? -seconds : seconds;
  }
};

/// Mmonth.week.weekday[/time]: the week-th weekday of the month, 5 meaning the last.
struct YearlyMoment {
  unsigned month = 0;
  unsigned week = 0;
  unsigned weekday = 0;
  std::int64_t time = 2 * 3600;

  static YearlyMoment read(Reader& rule) {
    YearlyMoment moment;
    rule.expect(',');
    rule.expect('M');
    moment.month = rule.number();
    rule.expect('.');
    moment.week = rule.number();
    rule.expect('.');
    moment.weekday = rule.number();
    if (rule.skip('/')) moment.time = rule.time();
    rule.ok = rule.ok && moment.month >= 1 && moment.month <= 12 && moment.week >= 1 &&
              moment.week <= 5 && moment.weekday <= 6;
    return moment;
  }

  /// Wall-clock seconds since 1970-01-01.
  std::int64_t wall_clock_of(int year) const {
    const date::year_month that_month{date::year{year}, date::month{month}};
    const date::weekday day{weekday};
    const date::sys_days date = week == 5 ? date::sys_days{that_month / day[date::last]}
                                          : date::sys_days{that_month / day[week]};
    return date::sys_seconds{date}.time_since_epoch().count() + time;
  }
};

}  // namespace

std::vector<OffsetChange> changes_by_posix_rule(std::string_view text, int first_year,
                                                int last_year) {
  Reader rule{text};
  rule.name();
  const std::int64_t standard = -rule.time();  // POSIX counts west of Greenwich
  if (!rule.ok || rule.text.empty()) return {};
  rule.name();
  const std::int64_t summer = rule.next_is(',') ? standard + 3600 : -rule.time();
  const YearlyMoment begin = YearlyMoment::read(rule);
  const YearlyMoment end = YearlyMoment::read(rule);
  if (!rule.ok || !rule.text.empty()) return {};

  std::vector<OffsetChange> changes;
  for (int year = first_year; year <= last_year; ++year) {
    changes.push_back({begin.wall_clock_of(year) - standard, summer});
    changes.push_back({end.wall_clock_of(year) - summer, standard});
  }
  std::sort(changes.begin(), changes.end(),
            [](const OffsetChange& a, const OffsetChange& b) { return a.at < b.at; });
  return changes;
}

}  // namespace ca
