#include "support/cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <stdexcept>

#include "base/calendar.h"
#include "base/writers.h"

namespace ca::tests {
namespace {

constexpr double kTolerance = 1e-9;
constexpr std::size_t kShown = 10;

std::optional<double> number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

std::string shown(const Cells::Cell& cell) { return cell ? "\"" + *cell + "\"" : "null"; }

/// Compares two tables and collects what differs.
class Comparison {
 public:
  Comparison(const Cells& expected, const Cells& got, const Shape& shape, Order order)
      : expected_(expected), got_(got), shape_(shape) {
    for (std::size_t c = 0; c < expected.header.size(); ++c) {
      const auto position = got.find(expected.header[c]);
      if (!position) {
        note(fmt::format("column {} is missing", expected.header[c]));
        continue;
      }
      const auto type = shape.types.find(expected.header[c]);
      const bool is_real = type != shape.types.end() && type->second == ColumnType::kDouble;
      columns_.push_back({c, *position, is_real, is_real ? floor_of(c) : 0});
    }
    if (is_by_position()) {
      compare_by_position();
    } else {
      compare_by_key(order);
    }
  }

  std::string text() const {
    return count_ <= kShown ? text_ : text_ + fmt::format("... {} differences\n", count_);
  }

 private:
  struct Column {
    std::size_t expected;
    std::size_t got;
    bool is_real;
    double floor;  ///< differences up to it are none
  };

  void note(const std::string& difference) {
    if (++count_ <= kShown) text_ += difference + "\n";
  }

  /// Sums that cancel are as exact as their terms, which are as large as the column's cells.
  double floor_of(std::size_t column) const {
    double lowest = 0;
    double highest = 0;
    for (const Cells::Row& row : expected_.rows) {
      const double value = row[column] ? number(*row[column]).value_or(0) : 0;
      lowest = std::min(lowest, value);
      highest = std::max(highest, value);
    }
    return lowest < 0 && highest > 0 ? kTolerance * std::max(-lowest, highest) : 0;
  }

  bool is_by_position() const {
    return shape_.keys.empty() || std::ranges::any_of(shape_.keys, [&](const std::string& key) {
             const auto type = shape_.types.find(key);
             return (type != shape_.types.end() && type->second == ColumnType::kDouble) ||
                    !expected_.find(key) || !got_.find(key);
           });
  }

  void compare_by_position() {
    if (expected_.rows.size() != got_.rows.size()) {
      note(fmt::format("expected {} rows, got {}", expected_.rows.size(), got_.rows.size()));
    }
    for (std::size_t r = 0; r < std::min(expected_.rows.size(), got_.rows.size()); ++r) {
      compare(fmt::format("row {}", r + 1), expected_.rows[r], got_.rows[r]);
    }
  }

  std::map<Cells::Row, std::size_t> by_key(const Cells& cells, const char* whose) {
    std::vector<std::size_t> positions;
    for (const std::string& key : shape_.keys) positions.push_back(*cells.find(key));
    std::map<Cells::Row, std::size_t> rows;
    for (std::size_t r = 0; r < cells.rows.size(); ++r) {
      Cells::Row key;
      for (const std::size_t position : positions) key.push_back(cells.rows[r][position]);
      if (!rows.emplace(key, r).second) {
        note(fmt::format("{} has two rows of {}", whose, name_of(key)));
      }
    }
    return rows;
  }

  std::string name_of(const Cells::Row& key) const {
    std::string name;
    for (std::size_t k = 0; k < key.size(); ++k) {
      name += fmt::format("{}{}={}", k == 0 ? "" : ", ", shape_.keys[k], key[k].value_or("null"));
    }
    return "[" + name + "]";
  }

  void compare_by_key(Order order) {
    const auto expected = by_key(expected_, "the expectation");
    const auto got = by_key(got_, "the result");
    for (const auto& [key, row] : expected) {
      const auto found = got.find(key);
      if (found == got.end()) {
        note(fmt::format("{} is missing", name_of(key)));
        continue;
      }
      compare(name_of(key), expected_.rows[row], got_.rows[found->second]);
      if (order == Order::kSame && row != found->second) {
        note(fmt::format("{} is expected in row {}, got in row {}", name_of(key), row + 1,
                         found->second + 1));
      }
    }
    for (const auto& [key, row] : got) {
      if (!expected.contains(key)) note(fmt::format("{} is not expected", name_of(key)));
    }
  }

  void compare(const std::string& row, const Cells::Row& expected, const Cells::Row& got) {
    for (const Column& column : columns_) {
      const Cells::Cell& wanted = expected[column.expected];
      const Cells::Cell& found = got[column.got];
      if (wanted == found || is_close(wanted, found, column)) continue;
      note(fmt::format("{} {}: expected {}, got {}", row, expected_.header[column.expected],
                       shown(wanted), shown(found)));
    }
  }

  static bool is_close(const Cells::Cell& a, const Cells::Cell& b, const Column& column) {
    if (!column.is_real || !a || !b) return false;
    const auto x = number(*a);
    const auto y = number(*b);
    if (!x || !y) return false;
    const double room = std::max(column.floor, kTolerance * std::max(std::abs(*x), std::abs(*y)));
    return std::abs(*x - *y) <= room;
  }

  const Cells& expected_;
  const Cells& got_;
  const Shape& shape_;
  std::vector<Column> columns_;
  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace

std::optional<std::size_t> Cells::find(std::string_view column) const {
  const auto found = std::ranges::find(header, column);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

Cells parse_csv(std::string_view text) {
  Cells cells;
  std::vector<Cells::Row> lines;
  Cells::Row line;
  std::string cell;
  bool was_quoted = false;
  const auto end_cell = [&] {
    line.push_back(cell.empty() && !was_quoted ? Cells::Cell() : Cells::Cell(cell));
    cell.clear();
    was_quoted = false;
  };
  const auto end_line = [&] {
    end_cell();
    lines.push_back(std::move(line));
    line.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      was_quoted = true;
      for (++i; i < text.size(); ++i) {
        if (text[i] != '"') {
          cell += text[i];
        } else if (i + 1 < text.size() && text[i + 1] == '"') {
          cell += text[i++];
        } else {
          break;
        }
      }
    } else if (c == ',') {
      end_cell();
    } else if (c == '\n') {
      end_line();
    } else if (c != '\r' || i + 1 == text.size() || text[i + 1] != '\n') {
      cell += c;
    }
  }
  if (!cell.empty() || was_quoted || !line.empty()) end_line();
  if (lines.empty()) throw std::runtime_error("a CSV without a header");
  for (const Cells::Cell& name : lines.front()) cells.header.push_back(name.value_or(""));
  for (std::size_t r = 1; r < lines.size(); ++r) {
    if (lines[r].size() != cells.header.size()) {
      throw std::runtime_error(fmt::format("row {} has {} cells, the header has {}", r,
                                           lines[r].size(), cells.header.size()));
    }
    cells.rows.push_back(std::move(lines[r]));
  }
  return cells;
}

Cells to_cells(const Table& table) { return parse_csv(to_csv(table, Zone::utc())); }

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

Shape shape_of(const Table& table) {
  Shape shape;
  for (const Column& column : table.columns()) {
    if (shape.keys.size() < table.key_columns()) shape.keys.push_back(column.name());
    shape.types[column.name()] = column.type();
  }
  return shape;
}

std::string differences(const Cells& expected, const Cells& got, const Shape& shape, Order order) {
  return Comparison(expected, got, shape, order).text();
}

}  // namespace ca::tests
