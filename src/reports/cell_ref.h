#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/calendar.h"

namespace ca::reports {

/// A cell of a report: its column, and the values that name its row.
struct CellRef {
  /// Null, an integer or a day (since 1970-01-01), a number, a text.
  using Key = std::variant<std::monostate, std::int64_t, double, std::string>;

  std::string report;
  std::string column;
  std::size_t position = 0;  ///< of the column in the report's table
  std::vector<Key> key;      ///< one for each of key_of(report), of the type of its column

  bool is_null(std::size_t at) const { return std::holds_alternative<std::monostate>(key[at]); }
  std::int64_t integer(std::size_t at) const { return std::get<std::int64_t>(key[at]); }
  double real(std::size_t at) const { return std::get<double>(key[at]); }
  const std::string& text(std::size_t at) const { return std::get<std::string>(key[at]); }
  Day day(std::size_t at) const { return {static_cast<std::int32_t>(integer(at))}; }
  /// An integer as the row of a grid; what is below 0 is no row.
  std::size_t row(std::size_t at) const { return static_cast<std::size_t>(integer(at)); }
};

}  // namespace ca::reports
