#include "api/shown_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace ca::api {
namespace {

using Rows = std::vector<std::size_t>;

/// Sorts the first `count` rows to the front; what is behind them is in no order.
template <class Value>
void sort_by(const Column& column, bool is_descending, std::size_t count, Rows& rows, Value value) {
  const auto is_before = [&](std::size_t a, std::size_t b) {
    if (column.is_null(a) != column.is_null(b)) return column.is_null(b);
    if (!column.is_null(a) && value(a) != value(b)) return (value(a) < value(b)) != is_descending;
    return a < b;
  };
  std::partial_sort(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(count), rows.end(),
                    is_before);
}

void sort_by(const Column& column, bool is_descending, std::size_t count, Rows& rows) {
  switch (column.type()) {
    case ColumnType::kText:
      return sort_by(column, is_descending, count, rows,
                     [&](std::size_t row) -> const std::string& { return column.text(row); });
    case ColumnType::kDouble:
      return sort_by(column, is_descending, count, rows,
                     [&](std::size_t row) { return column.real(row); });
    default:
      return sort_by(column, is_descending, count, rows,
                     [&](std::size_t row) { return column.integer(row); });
  }
}

/// So many of the rows, evenly over all of them.
Rows sample_of(const Rows& rows, std::size_t count) {
  Rows sample;
  const std::size_t gaps = std::max<std::size_t>(count, 2) - 1;
  for (std::size_t i = 0; i < count; ++i) sample.push_back(rows[i * (rows.size() - 1) / gaps]);
  return sample;
}

}  // namespace

Table shown_rows(const Table& table, const ShownRows& shown) {
  if (!shown.needs_all()) return shown.limit ? table.head(*shown.limit) : table;
  std::vector<std::string> names;
  for (const Column& column : table.columns()) names.push_back(column.name());
  check_sort(shown, table.name(), names);

  Rows rows(table.rows());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const bool is_sampled = shown.sample && rows.size() > *shown.sample;
  if (shown.sort) {
    const std::size_t count =
        is_sampled ? rows.size() : std::min(shown.limit.value_or(rows.size()), rows.size());
    sort_by(*table.find(*shown.sort), shown.is_descending, count, rows);
  }
  if (is_sampled) rows = sample_of(rows, *shown.sample);
  if (shown.limit && rows.size() > *shown.limit) rows.resize(*shown.limit);
  return table.reordered(rows);
}

void check_sort(const ShownRows& shown, std::string_view report,
                const std::vector<std::string>& columns) {
  if (!shown.sort || std::ranges::find(columns, *shown.sort) != columns.end()) return;
  const std::string guess = nearest_name(*shown.sort, columns);
  throw Error("E-PARAM", fmt::format("{} has no column \"{}\" to sort by.", report, *shown.sort),
              guess.empty() ? fmt::format("Its columns are {}.", fmt::join(columns, ", "))
                            : fmt::format("Did you mean {}?", guess),
              {{"column", *shown.sort}});
}

}  // namespace ca::api
