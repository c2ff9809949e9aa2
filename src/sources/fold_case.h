#pragma once

#include <string>
#include <string_view>

namespace ca::sources {

/// ASCII letters made small: how DuckDB compares the names of columns.
inline std::string fold_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace ca::sources
