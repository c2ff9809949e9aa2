#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/table.h"

namespace ca::api {

/// Which rows of a report are shown, and in which order: sorted, of these a sample, of that the
/// first ones. Nothing of it changes what is counted.
struct ShownRows {
  std::optional<std::string> sort = {};  ///< a column; nulls last, ties in the report's own order
  bool is_descending = false;
  /// Of more rows than so many, so many that are as far from one another as can be: the first, the
  /// last, and always the same ones.
  std::optional<std::size_t> sample = {};
  std::optional<std::size_t> limit = {};

  /// Whether every row is needed to know which are shown.
  bool needs_all() const { return sort || sample; }
};

/// The rows that are shown; the others are left out (Table::total_rows). Error E-PARAM, which names
/// the nearest, when there is no column to sort by.
Table shown_rows(const Table& table, const ShownRows& shown);

/// Throws that error for a report that will have these columns.
void check_sort(const ShownRows& shown, std::string_view report,
                const std::vector<std::string>& columns);

}  // namespace ca::api
