#pragma once

#include <string_view>

namespace ca::endpoints {

// What headers are read by (RFC 9110, 5.6).

/// Whether the names are one in any case of A to Z.
bool is_same_name(std::string_view a, std::string_view b);
/// Whether the text begins so, in any case of A to Z.
bool begins_with(std::string_view text, std::string_view start);
/// The text without blanks and tabs around it.
std::string_view without_blanks(std::string_view text);

}  // namespace ca::endpoints
