#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ca {

/// What can be shown on a file descriptor.
struct Terminal {
  int columns = 0;  ///< 0: no terminal, as wide as it gets
  bool is_terminal = false;
  bool unicode = true;  ///< false in a locale that is not UTF-8
  bool colour = false;  ///< a terminal, and neither NO_COLOR nor TERM=dumb is set
};

/// Looks at the descriptor (1 = stdout, 2 = stderr) and at the environment (COLUMNS, NO_COLOR,
/// TERM, LC_ALL, LC_CTYPE, LANG). Unicode is assumed where no locale is set.
Terminal terminal_of(int descriptor);

/// The text made safe to show: control characters, line and direction marks become visible escapes
/// such as \n or \x1b, and bytes that are not UTF-8 become U+FFFD.
std::string visible(std::string_view text);

/// Columns that text without control characters uses.
std::size_t columns_of(std::string_view text);

/// The text cut to `columns` with an ellipsis at the end where something was cut.
std::string cut_to(std::string_view text, std::size_t columns, bool unicode = true);

/// 1234567 as 1,234,567.
std::string with_separators(std::int64_t value);

}  // namespace ca
