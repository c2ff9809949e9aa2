#include "reports/per_customer.h"

#include <cstring>

#include "base/error.h"
#include "base/text_order.h"

namespace ca::reports {
namespace {

void put(std::string& bytes, const void* data, std::size_t size) {
  bytes.append(static_cast<const char*>(data), size);
}

template <class T>
T take(std::string_view& bytes) {
  T value;
  if (bytes.size() < sizeof value) throw Error("E-STATE", "A saved state is cut off.");
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return value;
}

}  // namespace

Table sorted_by_key(const Table& table) {
  const Column& key = table.column(0);
  return table.reordered(
      text_order(table.rows(), [&](std::size_t row) { return std::string_view(key.text(row)); }));
}

void save_table(const Table& table, std::string& bytes) {
  const std::uint64_t rows = table.rows();
  put(bytes, &rows, sizeof rows);
  for (const Column& column : table.columns()) {
    for (std::size_t row = 0; row < rows; ++row) {
      const std::uint8_t is_null = column.is_null(row) ? 1 : 0;
      put(bytes, &is_null, 1);
      if (is_null != 0) continue;
      if (column.type() == ColumnType::kText) {
        const std::string& text = column.text(row);
        const std::uint64_t size = text.size();
        put(bytes, &size, sizeof size);
        put(bytes, text.data(), text.size());
      } else if (column.type() == ColumnType::kDouble) {
        const double value = column.real(row);
        put(bytes, &value, sizeof value);
      } else {
        const std::int64_t value = column.integer(row);
        put(bytes, &value, sizeof value);
      }
    }
  }
}

void load_table(std::string_view& bytes, Table& table) {
  const auto rows = take<std::uint64_t>(bytes);
  for (Column& column : table.columns()) {
    for (std::uint64_t row = 0; row < rows; ++row) {
      if (take<std::uint8_t>(bytes) != 0) {
        column.push_null();
      } else if (column.type() == ColumnType::kText) {
        const auto size = take<std::uint64_t>(bytes);
        if (size > bytes.size()) throw Error("E-STATE", "A saved state is cut off.");
        column.push(std::string(bytes.substr(0, size)));
        bytes.remove_prefix(size);
      } else if (column.type() == ColumnType::kDouble) {
        column.push(take<double>(bytes));
      } else {
        column.push(take<std::int64_t>(bytes));
      }
    }
  }
}

}  // namespace ca::reports
