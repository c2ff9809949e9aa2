#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/table.h"

namespace ca::tests {

/// A table as the texts that stand in a CSV file; an empty cell is null, "" is the empty text.
struct Cells {
  using Cell = std::optional<std::string>;
  using Row = std::vector<Cell>;

  std::vector<std::string> header;
  std::vector<Row> rows;

  /// Position of the column, or nothing.
  std::optional<std::size_t> find(std::string_view column) const;
};

/// Reads RFC 4180 with LF or CR LF; the first line is the header. Throws std::runtime_error when a
/// line has more or fewer cells than the header.
Cells parse_csv(std::string_view text);

/// What a CSV file of the table holds; instants in UTC.
Cells to_cells(const Table& table);

/// A cell as it must be written in a CSV file to be read back: quoted where needed.
std::string csv_cell(std::string_view text);

/// How tables are compared: rows by the leading columns that name them, cells by the type of their
/// column. Columns without a type are texts.
struct Shape {
  std::vector<std::string> keys;
  std::map<std::string, ColumnType, std::less<>> types;
};
Shape shape_of(const Table& table);

enum class Order : std::uint8_t { kAny, kSame };

/// What differs, in words, one line a difference and at most ten of them; empty when `got` has
/// every column and exactly the rows of `expected`. Doubles are equal within 1e-9 of the larger
/// one, or within 1e-9 of the largest magnitude in their column where that column holds both signs
/// (sums that cancel); all else must be equal, and null equals null alone. `got` may have more
/// columns. Rows are matched by key, or by position when there is no key or it is a double.
std::string differences(const Cells& expected, const Cells& got, const Shape& shape,
                        Order order = Order::kAny);

}  // namespace ca::tests
