#pragma once

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/table.h"

namespace ca::cli {

/// JSON for stdout: indented, with U+FFFD where text is not UTF-8.
std::string dump(const nlohmann::json& json);
/// A text, or nothing for an empty one.
std::optional<std::string> optional_text(const std::string& text);

/// A number in about four digits.
std::string digits_of(double value);

/// A table whose cells are texts, and its rows.
Table text_table(const char* name, std::initializer_list<const char*> columns);
void add_row(Table& table, std::vector<std::string> cells);

/// Shows a table on stdout as wide as the terminal.
void show(const Table& table, const Zone& zone, std::size_t max_rows = SIZE_MAX);

/// One red line with the code, and the hint below it, on stderr.
void show_error(const Error& error);
/// {"error": {"code", "message", "hint", "details"}}
std::string error_json(const Error& error);

/// Shows a warning, or what else is to be known about what stands on stdout, on stderr.
void show_warning(std::string_view text);
void show_note(std::string_view text);

}  // namespace ca::cli
