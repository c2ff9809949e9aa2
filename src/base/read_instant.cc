#include <date/date.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstring>
#include <ctime>

#include "base/calendar.h"

namespace ca {
namespace {

constexpr Day day_of(date::year_month_day civil) {
  return {static_cast<std::int32_t>(date::sys_days{civil}.time_since_epoch().count())};
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A cursor over text whose readers return false, and may have moved, when the text is not as
/// asked.
struct Cursor {
  const char* at;
  const char* end;

  bool done() const { return at == end; }
  bool skip(char c) {
    if (at == end || *at != c) return false;
    ++at;
    return true;
  }
  bool two_digits(unsigned& value) {
    if (end - at < 2) return false;
    const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
    const unsigned ones = static_cast<unsigned char>(at[1]) - unsigned{'0'};
    value = tens * 10 + ones;
    at += 2;
    return tens <= 9 && ones <= 9;
  }
};

/// YYYY-MM-DD with a day that exists.
bool read_date(Cursor& text, int& year, unsigned& month, unsigned& day) {
  unsigned century = 0;
  unsigned rest = 0;
  if (!text.two_digits(century) || !text.two_digits(rest) || !text.skip('-') ||
      !text.two_digits(month) || !text.skip('-') || !text.two_digits(day)) {
    return false;
  }
  year = static_cast<int>(century * 100 + rest);
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= 28 ||
         date::year_month_day{date::year{year}, date::month{month}, date::day{day}}.ok();
}

/// `.` and one to nine digits, truncated to microseconds.
bool read_fraction(Cursor& text, std::int64_t& micros) {
  const char* begin = text.at;
  std::int64_t unit = kMicrosPerSecond;
  for (; !text.done() && is_digit(*text.at); ++text.at) {
    unit /= 10;
    micros += unit * (*text.at - '0');
  }
  return text.at != begin && text.at - begin <= 9;
}

/// HH:MM[:SS[.fraction]] or HHMM[SS[.fraction]].
bool read_time(Cursor& text, std::int64_t& micros) {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!text.two_digits(hour)) return false;
  const bool colon = text.skip(':');
  if (!text.two_digits(minute)) return false;
  std::int64_t fraction = 0;
  if (colon ? text.skip(':') : !text.done() && is_digit(*text.at)) {
    if (!text.two_digits(second)) return false;
    if (text.skip('.') && !read_fraction(text, fraction)) return false;
  }
  micros = (hour * 3600 + minute * 60 + second) * kMicrosPerSecond + fraction;
  return hour < 24 && minute < 60 && second < 60;
}

/// Z, +HH, +HHMM or +HH:MM, with one blank before it at most, up to the end of the text.
bool read_offset(Cursor& text, std::int64_t& micros) {
  text.skip(' ');
  if (text.skip('Z')) return text.done();
  const bool west = text.skip('-');
  if (!west && !text.skip('+')) return false;
  unsigned hour = 0;
  unsigned minute = 0;
  if (!text.two_digits(hour)) return false;
  if (!text.done()) {
    text.skip(':');
    if (!text.two_digits(minute) || !text.done()) return false;
  }
  micros = (hour * 60 + minute) * 60 * kMicrosPerSecond * (west ? -1 : 1);
  return hour < 24 && minute < 60;
}

/// What the wall clock shows on missing dates, whatever the zone.
constexpr Day kMissingDay = day_of(date::year_month_day{date::year{1900} / 1 / 1});

ReadInstant read_wall_clock(Day day, std::int64_t micros_of_day, const Zone& zone, bool has_time) {
  if (micros_of_day == 0 && day == kMissingDay) return {{}, InstantReading::kMissing};
  const Zone::Read read = zone.from_local(day, micros_of_day);
  if (!has_time) return {read.instant, InstantReading::kDateOnly};
  switch (read.reading) {
    case LocalReading::kSkipped: return {read.instant, InstantReading::kSkipped};
    case LocalReading::kRepeated: return {read.instant, InstantReading::kRepeated};
    case LocalReading::kUnique: break;
  }
  return {read.instant, InstantReading::kExact};
}

ReadInstant with_offset(Day day, std::int64_t micros_of_day, std::int64_t offset) {
  if (micros_of_day == 0 && day == kMissingDay) return {{}, InstantReading::kMissing};
  return {{day.number * kMicrosPerDay + micros_of_day - offset}, InstantReading::kExact};
}

constexpr ReadInstant kNotReadable{{}, InstantReading::kUnreadable};

ReadInstant read_iso(std::string_view text, const Zone& zone) {
  Cursor cursor{text.data(), text.data() + text.size()};
  int year = 0;
  unsigned month = 0;
  unsigned day_of_month = 0;
  if (!read_date(cursor, year, month, day_of_month)) return kNotReadable;
  const Day day = day_of(date::year{year} / date::month{month} / date::day{day_of_month});
  if (cursor.done()) return read_wall_clock(day, 0, zone, false);
  std::int64_t micros = 0;
  if (!cursor.skip('T') && !cursor.skip(' ')) return kNotReadable;
  if (!read_time(cursor, micros)) return kNotReadable;
  if (cursor.done()) return read_wall_clock(day, micros, zone, true);
  std::int64_t offset = 0;
  if (!read_offset(cursor, offset)) return kNotReadable;
  return with_offset(day, micros, offset);
}

/// Epoch seconds (9 to 10 digits) or milliseconds (12 to 13 digits).
ReadInstant read_epoch(std::string_view digits) {
  const bool seconds = digits.size() == 9 || digits.size() == 10;
  if (!seconds && digits.size() != 12 && digits.size() != 13) return kNotReadable;
  std::int64_t value = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return kNotReadable;
    value = value * 10 + (c - '0');
  }
  return {{value * (seconds ? kMicrosPerSecond : kMicrosPerSecond / 1000)}, InstantReading::kExact};
}

// ---- reading by a pattern ----

constexpr std::size_t kLongestPatternText = 128;

/// Whether the pattern has one of these letters after a percent sign (and its E, O modifiers).
bool has_letter(std::string_view pattern, std::string_view letters) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    ++i;
    while (i + 1 < pattern.size() && (pattern[i] == 'E' || pattern[i] == 'O')) ++i;
    if (letters.find(pattern[i]) != std::string_view::npos) return true;
  }
  return false;
}

/// Where `%f`, which the C library does not know, stands; npos when it does not.
std::size_t find_fraction(const std::string& pattern) {
  for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    if (pattern[i + 1] == 'f') return i;
    ++i;
  }
  return std::string::npos;
}

ReadInstant read_by_pattern(std::string_view text, const Zone& zone, const std::string& pattern) {
  if (text.size() >= kLongestPatternText || text.find('\0') != std::string_view::npos) {
    return kNotReadable;
  }
  std::array<char, kLongestPatternText> copy;
  std::ranges::copy(text, copy.begin());
  copy[text.size()] = '\0';

  std::tm fields{};
  fields.tm_year = INT_MIN;
  fields.tm_mday = 1;
  std::int64_t fraction = 0;
  const std::size_t point = find_fraction(pattern);
  const char* rest = strptime(copy.data(), pattern.substr(0, point).c_str(), &fields);
  if (rest != nullptr && point != std::string::npos) {
    Cursor cursor{rest, copy.data() + text.size()};
    if (!read_fraction(cursor, fraction)) return kNotReadable;
    rest = strptime(cursor.at, pattern.substr(point + 2).c_str(), &fields);
  }
  if (rest == nullptr || *rest != '\0' || fields.tm_year == INT_MIN) return kNotReadable;
  const date::year_month_day civil{date::year{fields.tm_year + 1900},
                                   date::month{static_cast<unsigned>(fields.tm_mon + 1)},
                                   date::day{static_cast<unsigned>(fields.tm_mday)}};
  if (!civil.ok() || fields.tm_sec > 59) return kNotReadable;

  const Day day = day_of(civil);
  const std::int64_t micros =
      (fields.tm_hour * 3600 + fields.tm_min * 60 + fields.tm_sec) * kMicrosPerSecond + fraction;
  if (has_letter(pattern, "s")) {  // epoch seconds, which the C library has made local time
    return {{std::mktime(&fields) * kMicrosPerSecond + fraction}, InstantReading::kExact};
  }
  if (has_letter(pattern, "z")) {
    return with_offset(day, micros, fields.tm_gmtoff * kMicrosPerSecond);
  }
  return read_wall_clock(day, micros, zone, has_letter(pattern, "HIklMSTRrcX"));
}

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  return text.size() == lower_case.size() &&
         std::equal(text.begin(), text.end(), lower_case.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

bool is_trimmed_null_word(std::string_view text) {
  return text.empty() || text == "-" || equals_ignoring_case(text, "null") ||
         equals_ignoring_case(text, "nan") || equals_ignoring_case(text, "none");
}

}  // namespace

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_null_word(std::string_view text) { return is_trimmed_null_word(trim(text)); }

std::optional<Day> parse_day(std::string_view text) {
  Cursor cursor{text.data(), text.data() + text.size()};
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  if (!read_date(cursor, year, month, day) || !cursor.done()) return std::nullopt;
  return day_of(date::year{year} / date::month{month} / date::day{day});
}

ReadInstant read_instant(std::string_view text, const Zone& zone, const std::string& pattern) {
  text = trim(text);
  ReadInstant read = kNotReadable;
  if (!pattern.empty()) {
    read = read_by_pattern(text, zone, pattern);
  } else if (text.size() >= 10 && text[4] == '-') {
    return read_iso(text, zone);
  } else {
    read = read_epoch(text);
  }
  if (read.reading == InstantReading::kUnreadable && is_trimmed_null_word(text)) {
    read.reading = InstantReading::kMissing;
  }
  return read;
}

}  // namespace ca
