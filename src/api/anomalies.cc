#include "api/anomalies.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

#include "base/error.h"
#include "base/terminal.h"
#include "ingest/value_reader.h"

namespace ca::api {
namespace {

/// Beyond it sums of squares would overflow.
constexpr double kLargestValue = 1e100;

using Number = ingest::ValueReader::Number;
using Outcome = ingest::ValueReader::Outcome;

/// As ingest reads it, and, since a value that is far too large may be what is looked for, up to
/// kLargestValue.
Number value_of(const ingest::ValueReader& reader, std::string_view cell) {
  const Number number = reader.number(cell);
  if (number.outcome != Outcome::kUnreadable) return number;
  const std::string_view text = trim(cell);
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_read = failure == std::errc() && end == text.data() + text.size() &&
                       std::abs(value) <= kLargestValue;
  return is_read ? Number{.value = value, .outcome = Outcome::kValue} : number;
}

void check_rate(double rate) {
  if (rate > 0 && rate <= 0.5) return;
  throw Error("E-PARAM", fmt::format("The rate is {}.", rate),
              "It is the share of points that may be false alarms, above 0 and at most 0.5; usual "
              "is 0.01.");
}

void check_columns(const AnomaliesQuery& query, const ColumnFile& file) {
  file.check(query.time, "--time");
  file.check(query.value, "--value");
  if (query.time == query.value) {
    throw Error("E-PARAM", fmt::format("\"{}\" is the time and the value.", query.time),
                "A series has a column of times and one of numbers.");
  }
}

void check_points(const AnomaliesAnswer& answer) {
  if (answer.rows == 0) {
    throw Error("E-EMPTY", fmt::format("{} has no row.", answer.query.file.string()),
                "It needs a row for each moment of the series.");
  }
  if (!answer.points.empty()) return;
  const bool has_times = answer.without_time < answer.rows;
  const std::string& column = has_times ? answer.query.value : answer.query.time;
  const UnreadCells& unread = has_times ? answer.unread_values : answer.unread_times;
  std::string hint = "Its cells are empty.";
  if (unread.unreadable > 0) {
    hint = fmt::format("It has cells such as \"{}\".{}", unread.sample,
                       has_times ? ""
                                 : " Times are ISO dates and times (2026-03-01 08:30), or seconds "
                                   "or milliseconds since 1970.");
  }
  throw Error("E-PARAM",
              fmt::format("The column \"{}\" holds no {}{}.", column, has_times ? "number" : "time",
                          has_times ? " in a row with a time" : ""),
              hint, {{"column", column}});
}

void read_points(ColumnFile& file, AnomaliesAnswer& answer, Progress& progress,
                 const Cancellation& cancellation) {
  const std::string pattern;
  const Zone zone = Zone::utc();
  const ingest::ValueReader reader{.zone = zone, .pattern = pattern, .decimal = file.decimal()};
  const auto add_row = [&](std::span<const std::string_view> cells) {
    ++answer.rows;
    const ReadInstant time = reader.instant(cells[0]);
    if (time.reading == InstantReading::kUnreadable) answer.unread_times.add(cells[0]);
    if (time.reading == InstantReading::kUnreadable || time.reading == InstantReading::kMissing) {
      ++answer.without_time;
      return;
    }
    const Number value = value_of(reader, cells[1]);
    if (value.outcome == Outcome::kUnreadable) answer.unread_values.add(cells[1]);
    if (value.outcome != Outcome::kValue) {
      ++answer.without_value;
      return;
    }
    answer.points.push_back({.time = time.instant, .value = value.value + 0.0});  // -0 becomes 0
  };
  file.read(std::array{answer.query.time, answer.query.value}, add_row, progress, cancellation);
  std::ranges::sort(answer.points, {}, [](const stats::SeriesPoint& point) {
    return std::tuple(point.time, point.value);
  });
  for (std::size_t i = 1; i < answer.points.size(); ++i) {
    answer.repeated += answer.points[i].time == answer.points[i - 1].time;
  }
}

}  // namespace

AnomaliesAnswer anomalies(const AnomaliesQuery& query, Progress& progress,
                          const Cancellation& cancellation) {
  check_rate(query.rate);
  ColumnFile file(query.file, cancellation);
  check_columns(query, file);
  AnomaliesAnswer answer;
  answer.query = query;
  answer.malformed = file.malformed();
  answer.warnings = file.warnings();
  answer.unread_times.column = query.time;
  answer.unread_values.column = query.value;
  read_points(file, answer, progress, cancellation);
  check_points(answer);

  progress.stage("judge", answer.points.size(), "points");
  answer.judgement = stats::judge_series(answer.points, query.rate);
  answer.gap = stats::gap_of(answer.points, answer.judgement.shape);
  answer.events = stats::events_of(answer.points, answer.judgement.points, answer.gap);
  progress.advance(answer.points.size());
  progress.finish();
  return answer;
}

std::string_view side_of(const stats::SeriesEvent& event) {
  if (event.above == event.alarms) return "above";
  return event.above == 0 ? "below" : "both";
}

std::vector<std::string> notes_of(const AnomaliesAnswer& answer) {
  std::vector<std::string> notes = answer.warnings;
  for (const stats::Note& note : answer.judgement.notes) notes.push_back(note.text);
  if (answer.malformed > 0) notes.push_back(malformed_sentence(answer.malformed));
  if (answer.unread_times.unreadable > 0) {
    notes.push_back(sentence_of(answer.unread_times, "times"));
  }
  if (answer.unread_values.unreadable > 0) notes.push_back(sentence_of(answer.unread_values));
  if (answer.without_time > 0) {
    notes.push_back(
        fmt::format("{} rows without a time are left out.", with_separators(answer.without_time)));
  }
  if (answer.without_value > 0) {
    notes.push_back(fmt::format("{} rows without a value are left out.",
                                with_separators(answer.without_value)));
  }
  if (answer.repeated > 0) {
    notes.push_back(fmt::format("{} rows have the time of another row; each is a point.",
                                with_separators(answer.repeated)));
  }
  return notes;
}

}  // namespace ca::api
