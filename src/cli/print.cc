#include "cli/print.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "base/text_table.h"
#include "base/writers.h"

namespace ca::cli {
namespace {

/// The text in an ANSI colour where stderr can show it.
std::string coloured(std::string_view text, const char* code) {
  return terminal_of(STDERR_FILENO).colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text)
                                           : std::string(text);
}

}  // namespace

void show(const Table& table, const Zone& zone, std::size_t max_rows) {
  TextOptions options = text_options_for(terminal_of(STDOUT_FILENO));
  options.max_rows = max_rows;
  std::cout << to_text_table(table, zone, options);
}

void show_error(const Error& error) {
  std::cerr << coloured(fmt::format("{}: {}", error.code(), visible(error.message())), "31")
            << '\n';
  if (!error.hint().empty()) std::cerr << "  " << visible(error.hint()) << '\n';
}

std::string error_json(const Error& error) {
  std::string details;
  for (const auto& [name, value] : error.details()) {
    details +=
        fmt::format("{}{}:{}", details.empty() ? "" : ",", json_string(name), json_string(value));
  }
  return fmt::format(R"({{"error":{{"code":{},"message":{},"hint":{},"details":{{{}}}}}}})",
                     json_string(error.code()), json_string(error.message()),
                     json_string(error.hint()), details);
}

void show_warning(std::string_view text) {
  std::cerr << coloured("warning: ", "33") << visible(text) << '\n';
}

}  // namespace ca::cli
