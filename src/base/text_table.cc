#include "base/text_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace ca {
namespace {

constexpr std::size_t kLongestText = 60;   // columns of a text cell on a terminal of any width
constexpr std::size_t kShortestText = 12;  // what cutting leaves of a text cell at least
constexpr std::size_t kGap = 2;            // blanks between columns
constexpr int kMostDecimals = 4;

/// One column as it will be shown, header lines and cells as safe text without colour.
struct ShownColumn {
  std::string name;
  std::vector<std::string> header;
  std::vector<std::string> cells;
  std::vector<bool> is_null;
  bool is_number = false;
  bool is_text = false;
  std::size_t width = 0;

  void measure() {
    width = 1;
    for (const std::string& line : header) width = std::max(width, columns_of(line));
    for (const std::string& cell : cells) width = std::max(width, columns_of(cell));
  }
};

// ---- numbers ----

/// Whether fixed decimals would hide the number: nothing would be left of it, or it is too long.
bool needs_exponent(double value) {
  const double magnitude = std::abs(value);
  return magnitude != 0 && (magnitude < 0.00005 || magnitude >= 1e15);
}

/// The decimals that all shown values need, fewer for large numbers, at least one.
int decimals_of(const Column& column, std::size_t rows) {
  double largest = 0;
  int needed = 1;
  for (std::size_t row = 0; row < rows; ++row) {
    if (column.is_null(row) || needs_exponent(column.real(row))) continue;
    const double value = column.real(row);
    largest = std::max(largest, std::abs(value));
    while (needed < kMostDecimals) {
      const double scaled = value * std::pow(10.0, needed);
      if (std::abs(scaled - std::round(scaled)) <= 1e-9 * std::max(1.0, std::abs(scaled))) break;
      ++needed;
    }
  }
  const int kept = largest >= 1000 ? 2 : largest >= 100 ? 3 : kMostDecimals;
  return std::min(needed, kept);
}

std::string number_text(double value, int decimals) {
  if (needs_exponent(value)) return fmt::format("{:.4g}", value);
  const std::string fixed = fmt::format("{:.{}f}", std::abs(value), decimals);
  const std::size_t point = fixed.find('.');
  const bool is_zero = fixed.find_first_not_of("0.") == std::string::npos;
  std::string out = value < 0 && !is_zero ? "-" : "";
  out += with_separators(std::stoll(fixed.substr(0, point)));
  return out += fixed.substr(point);
}

// ---- cells ----

ShownColumn shown(const Column& column, bool is_key, std::size_t rows, const Zone& zone,
                  const TextOptions& options) {
  ShownColumn out;
  out.name = visible(column.name());
  out.header = {out.name};
  out.is_number = column.type() == ColumnType::kInteger || column.type() == ColumnType::kDouble;
  out.is_text = column.type() == ColumnType::kText;
  const int decimals = column.type() == ColumnType::kDouble ? decimals_of(column, rows) : 0;
  for (std::size_t row = 0; row < rows; ++row) {
    out.is_null.push_back(column.is_null(row));
    if (column.is_null(row)) {
      out.cells.emplace_back(options.unicode ? "·" : "-");
      continue;
    }
    switch (column.type()) {
      case ColumnType::kInteger:  // a key is a name, not an amount
        out.cells.push_back(is_key ? std::to_string(column.integer(row))
                                   : with_separators(column.integer(row)));
        break;
      case ColumnType::kDouble: out.cells.push_back(number_text(column.real(row), decimals)); break;
      case ColumnType::kBoolean:
        out.cells.emplace_back(column.integer(row) != 0 ? "true" : "false");
        break;
      case ColumnType::kText:
        out.cells.push_back(cut_to(visible(column.text(row)), kLongestText, options.unicode));
        break;
      case ColumnType::kDay:
        out.cells.push_back(format_day(Day{static_cast<std::int32_t>(column.integer(row))}));
        break;
      case ColumnType::kInstant: {
        std::string text = zone.format(Instant{column.integer(row)});
        std::replace(text.begin(), text.end(), 'T', ' ');
        out.cells.push_back(std::move(text));
        break;
      }
    }
  }
  out.measure();
  return out;
}

// ---- fitting ----

std::size_t width_of(const std::vector<ShownColumn>& columns) {
  std::size_t width = 0;
  for (const ShownColumn& column : columns) width += column.width + kGap;
  return width;
}

/// Breaks the name at underscores into lines no longer than the cells or the longest word.
void break_header(ShownColumn& column) {
  const std::string& name = column.name;
  std::vector<std::string> words;
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.size(), name.find('_', begin));
    words.push_back(name.substr(begin, end - begin + (end < name.size() ? 1 : 0)));
    begin = end + 1;
  }
  std::size_t width = 0;
  for (const std::string& cell : column.cells) width = std::max(width, columns_of(cell));
  for (const std::string& word : words) width = std::max(width, columns_of(word));
  column.header.clear();
  for (const std::string& word : words) {
    if (!column.header.empty() && columns_of(column.header.back() + word) <= width) {
      column.header.back() += word;
    } else {
      column.header.push_back(word);
    }
  }
  if (column.header.empty()) column.header.emplace_back();
  column.measure();
}

void cut_column(ShownColumn& column, std::size_t width, bool unicode) {
  for (std::string& cell : column.cells) cell = cut_to(cell, width, unicode);
  break_header(column);
  for (std::string& line : column.header) line = cut_to(line, width, unicode);
  column.measure();
}

/// Makes the columns fit; returns how many of the last ones had to go.
std::size_t fit(std::vector<ShownColumn>& columns, const TextOptions& options) {
  const auto limit = static_cast<std::size_t>(options.width);
  if (options.width <= 0 || width_of(columns) <= limit) return 0;
  for (ShownColumn& column : columns) break_header(column);
  while (width_of(columns) > limit) {
    ShownColumn* widest = nullptr;
    for (ShownColumn& column : columns) {
      if (column.is_text && (widest == nullptr || column.width > widest->width)) widest = &column;
    }
    if (widest == nullptr || widest->width <= kShortestText) break;
    const std::size_t excess = width_of(columns) - limit;
    const std::size_t before = widest->width;
    const std::size_t wanted = before - std::min({excess, before - kShortestText, std::size_t{4}});
    cut_column(*widest, wanted, options.unicode);
    if (widest->width >= before) break;
  }
  std::size_t dropped = 0;
  while (columns.size() > 1 && width_of(columns) > limit) {
    columns.pop_back();
    ++dropped;
  }
  if (width_of(columns) > limit && limit > kGap) {
    cut_column(columns.front(), limit - kGap, options.unicode);
  }
  return dropped;
}

// ---- drawing ----

struct Style {
  std::string_view bold;
  std::string_view faint;
  std::string_view plain;
};

void append_padded(std::string& line, std::string_view text, const ShownColumn& column,
                   std::string_view colour, const Style& style) {
  const std::size_t used = columns_of(text);
  const std::string blanks(column.width > used ? column.width - used : 0, ' ');
  line += ' ';
  if (column.is_number) line += blanks;
  if (!colour.empty()) line += colour;
  line += text;
  if (!colour.empty()) line += style.plain;
  if (!column.is_number) line += blanks;
  line += ' ';
}

void append_line(std::string& out, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  out += line;
  out += '\n';
}

void append_header(std::string& out, const std::vector<ShownColumn>& columns, const Style& style) {
  std::size_t height = 0;
  for (const ShownColumn& column : columns) height = std::max(height, column.header.size());
  for (std::size_t i = 0; i < height; ++i) {
    std::string line;
    for (const ShownColumn& column : columns) {
      const std::size_t above = height - column.header.size();
      append_padded(line, i < above ? "" : column.header[i - above], column,
                    i < above ? "" : style.bold, style);
    }
    append_line(out, std::move(line));
  }
}

void append_rule(std::string& out, const std::vector<ShownColumn>& columns, const Style& style,
                 bool unicode) {
  out += style.faint;
  for (const ShownColumn& column : columns) {
    for (std::size_t j = 0; j < column.width + kGap; ++j) out += unicode ? "─" : "-";
  }
  out += style.plain;
  out += '\n';
}

}  // namespace

TextOptions text_options_for(const Terminal& terminal) {
  TextOptions options;
  options.width = terminal.columns;
  options.unicode = terminal.unicode;
  options.colour = terminal.colour;
  return options;
}

std::string to_text_table(const Table& table, const Zone& zone, const TextOptions& options) {
  if (table.width() == 0) return {};
  const std::size_t rows = std::min(table.rows(), options.max_rows);
  std::vector<ShownColumn> columns;
  for (std::size_t i = 0; i < table.width(); ++i) {
    columns.push_back(shown(table.column(i), i < table.key_columns(), rows, zone, options));
  }
  const std::size_t dropped = fit(columns, options);

  const Style style = options.colour ? Style{"\x1b[1m", "\x1b[2m", "\x1b[0m"} : Style{};
  std::string out;
  append_header(out, columns, style);
  append_rule(out, columns, style, options.unicode);
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line;
    for (const ShownColumn& column : columns) {
      append_padded(line, column.cells[row], column, column.is_null[row] ? style.faint : "", style);
    }
    append_line(out, std::move(line));
  }

  std::string footer;
  if (rows < table.rows()) {
    footer = fmt::format("{} of {} rows", with_separators(static_cast<std::int64_t>(rows)),
                         with_separators(static_cast<std::int64_t>(table.rows())));
  } else if (rows == 0) {
    footer = "no rows";
  }
  if (dropped > 0) {
    footer += fmt::format("{}{} of {} columns", footer.empty() ? "" : ", ", columns.size(),
                          table.width());
  }
  if (!footer.empty()) out += fmt::format("{} {}{}\n", style.faint, footer, style.plain);
  return out;
}

}  // namespace ca
