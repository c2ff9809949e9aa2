#include "base/writers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ostream>

#include "base/utf8.h"

namespace ca {
namespace {

void append_integer(std::string& out, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  out.append(digits, end);
}

void append_csv_text(std::string& out, std::string_view text, const CsvOptions& options) {
  const bool is_formula = options.spreadsheet_safe && !text.empty() &&
                          std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  const bool needs_quotes = text.empty() || text.find_first_of(",\"\r\n") != std::string_view::npos;
  if (needs_quotes) out += '"';
  if (is_formula) out += '\'';
  for (const char c : text) {
    out += c;
    if (c == '"') out += c;
  }
  if (needs_quotes) out += '"';
}

void append_json_text(std::string& out, std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (std::size_t position = 0; position < text.size();) {
    const char c = text[position];
    if (static_cast<unsigned char>(c) >= 0x80) {
      append_utf8(out, next_code_point(text, position));
      continue;
    }
    ++position;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (c >= 0x20) {
          out += c;
        } else {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        }
    }
  }
  out += '"';
}

/// Appends the cell, which is not null, when it is neither text nor a date: the same in CSV and
/// JSON.
void append_plain(std::string& out, const Column& column, std::size_t row) {
  switch (column.type()) {
    case ColumnType::kInteger: append_integer(out, column.integer(row)); break;
    case ColumnType::kDouble: append_number(out, column.real(row)); break;
    case ColumnType::kBoolean: out += column.integer(row) != 0 ? "true" : "false"; break;
    case ColumnType::kText:
    case ColumnType::kDay:
    case ColumnType::kInstant: break;
  }
}

std::string date_text(const Column& column, std::size_t row, const Zone& zone) {
  const std::int64_t value = column.integer(row);
  return column.type() == ColumnType::kDay ? format_day(Day{static_cast<std::int32_t>(value)})
                                           : zone.format(Instant{value});
}

bool is_date(const Column& column) {
  return column.type() == ColumnType::kDay || column.type() == ColumnType::kInstant;
}

void append_csv_header(std::string& out, const Table& table, const CsvOptions& options) {
  for (std::size_t i = 0; i < table.width(); ++i) {
    if (i > 0) out += ',';
    append_csv_text(out, table.column(i).name(), options);
  }
  if (table.width() > 0) out += '\n';
}

void append_csv_row(std::string& out, const Table& table, std::size_t row, const Zone& zone,
                    const CsvOptions& options) {
  for (std::size_t i = 0; i < table.width(); ++i) {
    if (i > 0) out += ',';
    const Column& column = table.column(i);
    if (column.is_null(row)) continue;
    if (column.type() == ColumnType::kText) {
      append_csv_text(out, column.text(row), options);
    } else if (is_date(column)) {
      out += date_text(column, row, zone);
    } else {
      append_plain(out, column, row);
    }
  }
  out += '\n';
}

}  // namespace

std::optional<Format> parse_format(std::string_view text) {
  const std::string lower = ascii_lower(text);
  for (const Format format :
       {Format::kTable, Format::kCsv, Format::kJson, Format::kParquet, Format::kArrow}) {
    if (name_of(format) == lower) return format;
  }
  return std::nullopt;
}

std::string_view name_of(Format format) {
  switch (format) {
    case Format::kTable: return "table";
    case Format::kCsv: return "csv";
    case Format::kJson: return "json";
    case Format::kParquet: return "parquet";
    case Format::kArrow: return "arrow";
  }
  return "unknown";
}

std::string to_csv(const Table& table, const Zone& zone, const CsvOptions& options) {
  std::string out;
  append_csv_header(out, table, options);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    append_csv_row(out, table, row, zone, options);
  }
  return out;
}

void write_csv(std::ostream& out, const Table& table, const Zone& zone, const CsvOptions& options) {
  constexpr std::size_t kPieceBytes = 1 << 16;
  std::string piece;
  append_csv_header(piece, table, options);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    append_csv_row(piece, table, row, zone, options);
    if (piece.size() < kPieceBytes) continue;
    out << piece;
    piece.clear();
  }
  out << piece;
}

std::string to_json_rows(const Table& table, const Zone& zone) {
  std::string out = "[";
  for (std::size_t row = 0; row < table.rows(); ++row) {
    out += row > 0 ? ",[" : "[";
    for (std::size_t i = 0; i < table.width(); ++i) {
      if (i > 0) out += ',';
      const Column& column = table.column(i);
      if (column.is_null(row)) {
        out += "null";
      } else if (column.type() == ColumnType::kText) {
        append_json_text(out, column.text(row));
      } else if (is_date(column)) {
        out += '"';
        out += date_text(column, row, zone);
        out += '"';
      } else {
        append_plain(out, column, row);
      }
    }
    out += ']';
  }
  out += ']';
  return out;
}

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_text(out, text);
  return out;
}

std::string json_number(double value) {
  if (!std::isfinite(value)) return "null";
  std::string out;
  append_number(out, value);
  return out;
}

void append_number(std::string& out, double value) {
  const double magnitude = std::abs(value);
  const bool is_plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  char digits[40];
  const auto end =
      std::to_chars(std::begin(digits), std::end(digits), magnitude == 0 ? 0.0 : value,
                    is_plain ? std::chars_format::fixed : std::chars_format::scientific)
          .ptr;
  out.append(digits, end);
  if (is_plain && std::find(std::begin(digits), end, '.') == end) out += ".0";
}

}  // namespace ca
