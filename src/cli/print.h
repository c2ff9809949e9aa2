#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/table.h"

namespace ca::cli {

/// Shows a table on stdout as wide as the terminal.
void show(const Table& table, const Zone& zone, std::size_t max_rows = SIZE_MAX);

/// One red line with the code, and the hint below it, on stderr.
void show_error(const Error& error);
/// {"error": {"code", "message", "hint", "details"}}
std::string error_json(const Error& error);

/// Shows a warning on stderr.
void show_warning(std::string_view text);

}  // namespace ca::cli
