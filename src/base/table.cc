#include "base/table.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace ca {

std::string_view name_of(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger: return "integer";
    case ColumnType::kDouble: return "double";
    case ColumnType::kBoolean: return "boolean";
    case ColumnType::kText: return "text";
    case ColumnType::kDay: return "date";
    case ColumnType::kInstant: return "timestamp";
  }
  return "unknown";
}

Column::Column(std::string name, ColumnType type) : name_(std::move(name)), type_(type) {
  if (type == ColumnType::kDouble) {
    values_ = Doubles{};
  } else if (type == ColumnType::kText) {
    values_ = Texts{};
  }
}

void Column::reserve(std::size_t rows) {
  valid_.reserve(rows);
  std::visit([rows](auto& values) { values.reserve(rows); }, values_);
}

void Column::push_null() {
  std::visit([](auto& values) { values.emplace_back(); }, values_);
  valid_.push_back(0);
}

void Column::push(std::int64_t value) {
  std::get<Integers>(values_).push_back(value);
  valid_.push_back(1);
}

void Column::push(double value) {
  if (!std::isfinite(value)) return push_null();
  std::get<Doubles>(values_).push_back(value + 0.0);  // -0 + 0 is 0
  valid_.push_back(1);
}

void Column::push(std::string value) {
  std::get<Texts>(values_).push_back(std::move(value));
  valid_.push_back(1);
}

void Column::append(const Column& other) {
  if (type_ != other.type_) throw std::invalid_argument("append: columns of different types");
  if (&other == this) return append(Column(other));
  valid_.insert(valid_.end(), other.valid_.begin(), other.valid_.end());
  std::visit(
      [&]<class Values>(Values& values) {
        const auto& cells = std::get<Values>(other.values_);
        values.insert(values.end(), cells.begin(), cells.end());
      },
      values_);
}

Column Column::reordered(std::span<const std::size_t> order) const {
  Column out(name_, type_);
  out.valid_.reserve(order.size());
  for (const std::size_t row : order) out.valid_.push_back(valid_[row]);
  std::visit(
      [&]<class Values>(const Values& values) {
        auto& cells = std::get<Values>(out.values_);
        cells.reserve(order.size());
        for (const std::size_t row : order) cells.push_back(values[row]);
      },
      values_);
  return out;
}

Column& Table::add(std::string column_name, ColumnType type) {
  return columns_.emplace_back(std::move(column_name), type);
}

const Column* Table::find(std::string_view column_name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const Column& column) {
    return column.name() == column_name;
  });
  return found == columns_.end() ? nullptr : &*found;
}

void Table::append(const Table& other) {
  const bool same = std::equal(columns_.begin(), columns_.end(), other.columns_.begin(),
                               other.columns_.end(), [](const Column& a, const Column& b) {
                                 return a.name() == b.name() && a.type() == b.type();
                               });
  if (!same) throw std::invalid_argument("append: tables of different columns");
  for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i].append(other.columns_[i]);
  left_out_ += other.left_out_;
}

Table Table::reordered(std::span<const std::size_t> order) const {
  Table out(name_);
  out.key_columns_ = key_columns_;
  for (const Column& column : columns_) out.add(column.reordered(order));
  out.left_out_ = total_rows() - order.size();
  return out;
}

Table Table::head(std::size_t count) const {
  std::vector<std::size_t> order(std::min(count, rows()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  return reordered(order);
}

}  // namespace ca
