#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/calendar.h"

namespace ca {

enum class ColumnType : std::uint8_t { kInteger, kDouble, kBoolean, kText, kDay, kInstant };

/// "integer", "double", "boolean", "text", "date", "timestamp".
std::string_view name_of(ColumnType type);

/// One typed column with a null mask. Integers, booleans, days and instants share one 64-bit
/// representation (0/1, days since 1970, microseconds since 1970 UTC). NaN and infinity become null
/// and -0 becomes 0 on the way in, so no cell ever has to be checked again.
class Column {
 public:
  Column(std::string name, ColumnType type);

  const std::string& name() const { return name_; }
  void rename(std::string name) { name_ = std::move(name); }
  ColumnType type() const { return type_; }
  std::size_t size() const { return valid_.size(); }
  void reserve(std::size_t rows);

  void push_null();
  void push(std::int64_t value);  ///< kInteger, kBoolean, kDay, kInstant
  void push(double value);        ///< kDouble
  void push(std::string value);   ///< kText
  void push(Day value) { push(std::int64_t{value.number}); }
  void push(Instant value) { push(value.micros); }
  /// Appends the rows of `other`, which has the same type.
  void append(const Column& other);
  /// The rows `order` names, in that order.
  Column reordered(std::span<const std::size_t> order) const;

  bool is_null(std::size_t row) const { return valid_[row] == 0; }
  std::int64_t integer(std::size_t row) const { return std::get<Integers>(values_)[row]; }
  double real(std::size_t row) const { return std::get<Doubles>(values_)[row]; }
  const std::string& text(std::size_t row) const { return std::get<Texts>(values_)[row]; }

 private:
  using Integers = std::vector<std::int64_t>;
  using Doubles = std::vector<double>;
  using Texts = std::vector<std::string>;

  std::string name_;
  ColumnType type_;
  std::variant<Integers, Doubles, Texts> values_;
  std::vector<std::uint8_t> valid_;
};

/// A small columnar table: what a report is. `key_columns` are the leading columns that name a row.
class Table {
 public:
  Table() = default;
  explicit Table(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  /// The reference holds until the next column is added.
  Column& add(std::string column_name, ColumnType type);
  void add(Column column) { columns_.push_back(std::move(column)); }

  std::size_t rows() const { return columns_.empty() ? 0 : columns_.front().size(); }
  /// With the rows that were left out after the last.
  std::size_t total_rows() const { return rows() + left_out_; }
  void leave_out(std::size_t rows) { left_out_ += rows; }
  std::size_t width() const { return columns_.size(); }
  const std::vector<Column>& columns() const { return columns_; }
  std::vector<Column>& columns() { return columns_; }
  const Column& column(std::size_t index) const { return columns_[index]; }
  /// Null when there is no column of that name.
  const Column* find(std::string_view column_name) const;

  std::size_t key_columns() const { return key_columns_; }
  void set_key_columns(std::size_t count) { key_columns_ = count; }

  /// Appends the rows of `other`, whose columns have the same names and types in the same order.
  void append(const Table& other);
  /// The rows `order` names, in that order; others are left out.
  Table reordered(std::span<const std::size_t> order) const;
  /// The first `count` rows; the others are left out.
  Table head(std::size_t count) const;

 private:
  std::string name_;
  std::vector<Column> columns_;
  std::size_t key_columns_ = 1;
  std::size_t left_out_ = 0;
};

}  // namespace ca
