#include "runs/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"

namespace ca::runs {
namespace {

constexpr std::size_t kLongest = 256;
constexpr char kForm[] =
    "Five fields: minute, hour, day of month, month, day of week; as \"30 3 * * mon-fri\".";

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"sun", "mon", "tue", "wed",
                                                       "thu", "fri", "sat"};

struct FieldKind {
  const char* name;
  int low;
  int high;
  std::span<const std::string_view> words;  ///< the first stands for `low`
};

constexpr std::array kFields = {FieldKind{"minute", 0, 59, {}}, FieldKind{"hour", 0, 23, {}},
                                FieldKind{"day of month", 1, 31, {}},
                                FieldKind{"month", 1, 12, kMonths},
                                FieldKind{"day of week", 0, 7, kWeekdays}};

Error wrong(const FieldKind& field, std::string_view part, std::string_view reason) {
  std::string hint = fmt::format("The field {} takes {} to {}", field.name, field.low, field.high);
  if (!field.words.empty()) {
    hint += fmt::format(" or {} to {}", field.words.front(), field.words.back());
  }
  return {"E-PARAM",
          fmt::format("In the cron expression the {} \"{}\" {}.", field.name, part, reason),
          hint + ", `*`, ranges a-b, steps */n and a-b/n, and lists of these.",
          {{"field", field.name}, {"value", std::string(part)}}};
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A number of at most four digits, without a sign.
std::optional<int> number_of(std::string_view text) {
  if (text.empty() || text.size() > 4) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text[0] == '-') return {};
  return value;
}

bool equals_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

int value_of(const FieldKind& field, std::string_view part, std::string_view text) {
  for (std::size_t i = 0; i < field.words.size(); ++i) {
    if (equals_word(text, field.words[i])) return field.low + static_cast<int>(i);
  }
  const std::optional<int> value = number_of(text);
  if (!value) {
    const std::string reason =
        field.words.empty() ? "is not a number" : "is neither a number nor a name";
    throw wrong(field, part, text.empty() ? "lacks a number" : reason);
  }
  if (*value < field.low || *value > field.high) throw wrong(field, part, "is out of range");
  return *value;
}

struct Range {
  int low;
  int high;
  int step = 1;
};

Range range_of(const FieldKind& field, std::string_view part) {
  const std::size_t slash = part.find('/');
  const std::string_view span = part.substr(0, slash);
  Range range{field.low, field.high};
  const std::size_t dash = span.find('-');
  const bool is_one = span != "*" && dash == std::string_view::npos;
  if (is_one) {
    range.low = range.high = value_of(field, part, span);
  } else if (span != "*") {
    range.low = value_of(field, part, span.substr(0, dash));
    range.high = value_of(field, part, span.substr(dash + 1));
    // The week that ends with its Sunday.
    if (field.high == 7 && range.high == 0 && range.low > 0) range.high = 7;
    if (range.low > range.high) throw wrong(field, part, "begins after it ends");
  }
  if (slash != std::string_view::npos) {
    if (is_one) throw wrong(field, part, "has a step but no range");
    const std::optional<int> step = number_of(part.substr(slash + 1));
    if (!step || *step < 1 || *step > field.high) {
      throw wrong(field, part, "has a step that is none");
    }
    range.step = *step;
  }
  return range;
}

/// Adds what the field names. Sunday stays 7 where it was written so.
template <std::size_t kSize>
void read_field(const FieldKind& field, std::string_view text, std::bitset<kSize>& values) {
  for (const std::string_view part : split(text, ',')) {
    if (part.empty()) throw wrong(field, text, "has an empty place in its list");
    const Range range = range_of(field, part);
    for (int value = range.low; value <= range.high; value += range.step) {
      values.set(static_cast<std::size_t>(value));
    }
  }
}

bool is_any(std::string_view field) { return field.starts_with('*'); }

}  // namespace

Cron Cron::parse(std::string_view text) {
  if (text.size() > kLongest) {
    throw Error("E-PARAM", "The cron expression is too long.", kForm, {{"field", "cron"}});
  }
  std::vector<std::string_view> fields;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t", begin), text.size());
    fields.push_back(text.substr(begin, at - begin));
  }
  if (fields.size() != kFields.size()) {
    throw Error("E-PARAM",
                fmt::format("The cron expression has {} field{} in place of 5.", fields.size(),
                            fields.size() == 1 ? "" : "s"),
                kForm, {{"field", "cron"}});
  }
  Cron cron;
  cron.text_ = fmt::format("{}", fmt::join(fields, " "));
  std::bitset<8> weekdays;
  read_field(kFields[0], fields[0], cron.minutes_);
  read_field(kFields[1], fields[1], cron.hours_);
  read_field(kFields[2], fields[2], cron.days_of_month_);
  read_field(kFields[3], fields[3], cron.months_);
  read_field(kFields[4], fields[4], weekdays);
  for (std::size_t day = 0; day < weekdays.size(); ++day) {
    if (weekdays.test(day)) cron.days_of_week_.set(day % 7);
  }
  cron.is_every_hour_ = fields[1] == "*";
  cron.is_either_day_ = !is_any(fields[2]) && !is_any(fields[4]);

  constexpr std::array kLongestDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool comes = cron.is_either_day_;
  for (std::size_t month = 1; month <= kLongestDays.size(); ++month) {
    for (int day = 1; day <= kLongestDays[month - 1]; ++day) {
      comes = comes ||
              (cron.months_.test(month) && cron.days_of_month_.test(static_cast<std::size_t>(day)));
    }
  }
  if (!comes) throw wrong(kFields[2], fields[2], "does not exist in those months");
  return cron;
}

bool Cron::has_day(Day day) const {
  const std::string civil = format_day(day);
  const auto part = [&](std::size_t begin) {
    return static_cast<std::size_t>(10 * (civil[begin] - '0') + civil[begin + 1] - '0');
  };
  if (!months_.test(part(civil.size() - 5))) return false;
  const bool by_month = days_of_month_.test(part(civil.size() - 2));
  const bool by_week = days_of_week_.test(static_cast<std::size_t>(iso_weekday(day) % 7));
  return is_either_day_ ? by_month || by_week : by_month && by_week;
}

}  // namespace ca::runs
