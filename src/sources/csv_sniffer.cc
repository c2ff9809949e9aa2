#include "sources/csv_sniffer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/calendar.h"
#include "sources/csv_records.h"
#include "sources/fold_case.h"

namespace ca::sources {
namespace {

/// The first lines as one separator splits them.
struct Reading {
  char separator = ',';
  std::vector<std::string> rows;
  std::vector<std::size_t> cells;
  std::size_t broken = 0;
  bool has_broken_header = false;

  bool splits() const { return !cells.empty() && !has_broken_header && cells.front() > 1; }
};

Reading read_lines(std::string_view head, bool is_all, char separator) {
  Reading reading;
  reading.separator = separator;
  const auto is_full = [&] { return reading.rows.size() > kSniffedLines; };
  RecordScanner scanner({.separator = separator,
                         .cells = 0,
                         .on_row =
                             [&](const Record& record) {
                               if (is_full()) return;
                               reading.rows.emplace_back(record.text);
                               reading.cells.push_back(record.cells);
                             },
                         .on_broken =
                             [&](const BrokenRecord&) {
                               if (is_full()) return;
                               ++reading.broken;
                               reading.has_broken_header |= reading.rows.empty();
                             }});
  constexpr std::size_t kPiece = std::size_t{1} << 14;
  while (!head.empty() && !is_full()) {
    const std::string_view piece = head.substr(0, kPiece);
    std::copy(piece.begin(), piece.end(), scanner.room().begin());
    scanner.scan(piece.size());
    head.remove_prefix(piece.size());
  }
  if (is_all && !is_full()) scanner.finish();
  return reading;
}

/// Whether a header cell looks wrongly split: nothing in it, or a separator that is no punctuation.
bool is_odd(std::string_view cell) {
  if (trim(cell).empty()) return true;
  for (std::size_t at = 0; at + 1 < cell.size(); ++at) {
    const bool is_separator = kSeparators.substr(0, 4).find(cell[at]) != std::string_view::npos;
    if (is_separator && cell[at + 1] != ' ') return true;
  }
  return false;
}

/// How well a separator fits; greater is better.
auto fitness(const Reading& reading) {
  const auto data = static_cast<std::ptrdiff_t>(reading.cells.size()) - 1;
  const std::ptrdiff_t same =
      std::count(reading.cells.begin() + 1, reading.cells.end(), reading.cells.front());
  const std::ptrdiff_t lines = data + static_cast<std::ptrdiff_t>(reading.broken);
  // Tenths, so that a few broken lines do not decide.
  const std::ptrdiff_t consistency = lines == 0 ? 10 : (10 * same + lines / 2) / lines;
  const std::vector<std::string> header = cells_of(reading.rows.front(), reading.separator);
  const std::ptrdiff_t odd = std::count_if(header.begin(), header.end(), is_odd);
  return std::make_tuple(consistency, -odd, reading.cells.front());
}

Reading best_reading(std::string_view head, bool is_all) {
  std::optional<Reading> best;
  for (const char separator : kSeparators) {
    if (separator == ':' && best.has_value()) break;
    Reading reading = read_lines(head, is_all, separator);
    if (!reading.splits()) continue;
    if (!best.has_value() || fitness(reading) > fitness(*best)) best = std::move(reading);
  }
  if (best.has_value() && best->separator == ':') {
    // Times in a single column: a header without colons has none to split anyway.
    if (std::get<0>(fitness(*best)) < 5) best.reset();
  }
  return best.has_value() ? *std::move(best) : read_lines(head, is_all, ',');
}

/// -12,50 for a comma, -12.50 for a point: digits, the mark once, digits.
bool is_decimal(std::string_view cell, char mark) {
  if (!cell.empty() && cell.front() == '-') cell.remove_prefix(1);
  const std::size_t at = cell.find(mark);
  if (at == std::string_view::npos || at == 0 || at + 1 == cell.size()) return false;
  const auto are_digits = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return are_digits(cell.substr(0, at)) && are_digits(cell.substr(at + 1));
}

}  // namespace

Sniffed sniff_csv(std::string_view head, bool is_all, std::optional<char> separator) {
  const Reading reading =
      separator.has_value() ? read_lines(head, is_all, *separator) : best_reading(head, is_all);
  Sniffed sniffed;
  sniffed.separator = reading.separator;
  sniffed.has_broken_header = reading.has_broken_header;
  if (reading.has_broken_header || reading.rows.empty()) return sniffed;
  sniffed.lines = reading.rows.size() + reading.broken;
  sniffed.header = cells_of(reading.rows.front(), reading.separator);
  for (std::size_t row = 1; row < reading.rows.size(); ++row) {
    for (const std::string& cell : cells_of(reading.rows[row], reading.separator)) {
      const std::string_view text = trim(cell);
      sniffed.has_decimal_comma |= is_decimal(text, ',');
      sniffed.has_decimal_point |= is_decimal(text, '.');
    }
  }
  return sniffed;
}

std::vector<std::string> unique_names(const std::vector<std::string>& cells,
                                      std::vector<std::string>& changes) {
  std::set<std::string> taken;
  for (const std::string& cell : cells) taken.insert(fold_case(trim(cell)));
  std::set<std::string> used;
  std::vector<std::string> names;
  for (const std::string& cell : cells) {
    const std::size_t number = names.size() + 1;
    const std::string wanted(trim(cell));
    const std::string stem = wanted.empty() ? fmt::format("column_{}", number) : wanted;
    std::string name = stem;
    const bool is_free = !wanted.empty() || taken.count(fold_case(stem)) == 0;
    if (!is_free || used.count(fold_case(name)) > 0) {
      int suffix = 1;
      do {
        name = fmt::format("{}_{}", stem, suffix++);
      } while (used.count(fold_case(name)) > 0 || taken.count(fold_case(name)) > 0);
    }
    if (wanted.empty()) {
      changes.push_back(fmt::format("column {} has no name and is called {}", number, name));
    } else if (name != wanted) {
      changes.push_back(fmt::format("column {} is called {} like another one and is now {}", number,
                                    wanted, name));
    }
    used.insert(fold_case(name));
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace ca::sources
