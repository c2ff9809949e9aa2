#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "base/table.h"
#include "base/text_table.h"

namespace ca {

enum class Format : std::uint8_t { kTable, kCsv, kJson, kParquet, kArrow };

/// "table", "csv", "json", "parquet" or "arrow" of any case; empty for anything else.
std::optional<Format> parse_format(std::string_view text);
std::string_view name_of(Format format);

struct CsvOptions {
  /// Puts a single quote before text (and headers) that a spreadsheet would run as a formula: what
  /// begins with = + - @ tab or carriage return.
  bool spreadsheet_safe = false;
};

/// A header and one line for each row, RFC 4180 with LF (rulings 20 and 69). Null is an empty cell,
/// empty text is "". Instants are the wall clock of `zone`.
std::string to_csv(const Table& table, const Zone& zone, const CsvOptions& options = {});
/// The same, written in pieces, so that memory does not grow with the table.
void write_csv(std::ostream& out, const Table& table, const Zone& zone,
               const CsvOptions& options = {});

/// The rows as a JSON array of arrays: `[["2024-01-01",12,null],...]`. Dates and instants are text.
std::string to_json_rows(const Table& table, const Zone& zone);

/// The text as a JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);
/// The number as in CSV; null when it is not finite.
std::string json_number(double value);

/// The shortest digits that read back as the same double, always recognisable as a real number:
/// 12.0, 0.1, 1e-05, 1e+16 (exponents below 1e-4 and from 1e16 on). -0 is 0.0. `value` is finite.
void append_number(std::string& out, double value);

}  // namespace ca
