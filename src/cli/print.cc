#include "cli/print.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/terminal.h"
#include "base/text_table.h"
#include "base/writers.h"

namespace ca::cli {
namespace {

/// The text in an ANSI colour where stderr can show it.
std::string coloured(std::string_view text, const char* code) {
  return terminal_of(STDERR_FILENO).colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text)
                                           : std::string(text);
}

/// A cell for eyes: thousands separators, at most four decimals.
std::string words_of(const Column& column, std::size_t row, const Zone& zone) {
  if (column.is_null(row)) return "-";
  switch (column.type()) {
    case ColumnType::kInteger: return with_separators(column.integer(row));
    case ColumnType::kDouble: {
      std::string digits = fmt::format("{:.4f}", std::abs(column.real(row)));
      digits.erase(digits.find_last_not_of('0') + 1);
      if (digits.back() == '.') digits.pop_back();
      const std::size_t point = std::min(digits.find('.'), digits.size());
      if (point < 18) {
        digits = with_separators(std::stoll(digits.substr(0, point))) + digits.substr(point);
      }
      return column.real(row) < 0 ? "-" + digits : digits;
    }
    case ColumnType::kBoolean: return column.integer(row) != 0 ? "true" : "false";
    case ColumnType::kText: return visible(column.text(row));
    case ColumnType::kDay: return format_day({static_cast<std::int32_t>(column.integer(row))});
    case ColumnType::kInstant: break;
  }
  return zone.format({column.integer(row)});
}

/// One row of many figures, one figure a line.
void show_figures(const Table& table, const Zone& zone) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  std::vector<std::string> values;
  for (const Column& column : table.columns()) {
    values.push_back(words_of(column, 0, zone));
    name_width = std::max(name_width, columns_of(column.name()));
    value_width = std::max(value_width, columns_of(values.back()));
  }
  for (std::size_t c = 0; c < table.width(); ++c) {
    const std::string& name = table.column(c).name();
    std::cout << ' ' << visible(name) << std::string(name_width - columns_of(name) + 2, ' ')
              << std::string(value_width - columns_of(values[c]), ' ') << values[c] << '\n';
  }
}

}  // namespace

std::string dump(const nlohmann::json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string digits_of(double value) {
  constexpr int kDigits = 4;
  constexpr double kMostSeparated = 1e15;
  constexpr double kLeastFixed = 1e-6;
  const double size = std::abs(value);
  if (size >= kMostSeparated || (size > 0 && size < kLeastFixed)) {
    return fmt::format("{:.{}g}", value, kDigits);
  }
  const int whole = size > 0 ? static_cast<int>(std::floor(std::log10(size))) + 1 : 1;
  const int decimals = std::clamp(kDigits - whole, 0, 8);
  return decimals == 0 ? with_separators(std::llround(value))
                       : fmt::format("{:.{}f}", value, decimals);
}

Table text_table(const char* name, std::initializer_list<const char*> columns) {
  Table table(name);
  for (const char* column : columns) table.add(column, ColumnType::kText);
  return table;
}

void add_row(Table& table, std::vector<std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) table.columns()[i].push(std::move(cells[i]));
}

std::optional<std::string> optional_text(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void show(const Table& table, const Zone& zone, std::size_t max_rows) {
  if (table.key_columns() == 0 && table.rows() == 1) return show_figures(table, zone);
  TextOptions options = text_options_for(terminal_of(STDOUT_FILENO));
  options.max_rows = max_rows;
  std::cout << to_text_table(table, zone, options);
}

void show_error(const Error& error) {
  std::cerr << coloured(fmt::format("{}: {}", error.code(), visible(error.message())), "31")
            << '\n';
  if (!error.hint().empty()) std::cerr << "  " << visible(error.hint()) << '\n';
}

std::string error_json(const Error& error) {
  std::string details;
  for (const auto& [name, value] : error.details()) {
    details +=
        fmt::format("{}{}:{}", details.empty() ? "" : ",", json_string(name), json_string(value));
  }
  return fmt::format(R"({{"error":{{"code":{},"message":{},"hint":{},"details":{{{}}}}}}})",
                     json_string(error.code()), json_string(error.message()),
                     json_string(error.hint()), details);
}

void show_warning(std::string_view text) {
  std::cerr << coloured("warning: ", "33") << visible(text) << '\n';
}

void show_note(std::string_view text) { std::cerr << visible(text) << '\n'; }

}  // namespace ca::cli
