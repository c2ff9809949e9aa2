#pragma once

#include <cstddef>
#include <string>

#include "base/table.h"
#include "base/terminal.h"

namespace ca {

struct TextOptions {
  int width = 0;              ///< columns of the terminal; 0: no limit
  bool unicode = true;        ///< a drawn rule and an ellipsis instead of - and ...
  bool colour = false;        ///< bold header, faint rule and nulls
  std::size_t max_rows = 50;  ///< rows shown before the rest is only counted
};

/// The options for what can be shown on `terminal`.
TextOptions text_options_for(const Terminal& terminal);

/// A table for eyes: thousands separators, at most four decimals, the same number of them in a
/// column. Where it is too wide, headers break at underscores, then texts are cut, then the last
/// columns are left out and counted below. Nothing in the data can drive the terminal: control
/// characters are shown as escapes.
std::string to_text_table(const Table& table, const Zone& zone, const TextOptions& options = {});

}  // namespace ca
