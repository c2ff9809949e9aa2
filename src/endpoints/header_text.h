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
/// Takes the text before the next `separator`, without blanks around it, off the front of `rest`.
std::string_view take_item(std::string_view& rest, char separator);
/// The weight among the parameters of an accepted coding or type ("level=1; Q=0.5"), from 0 to 1; 1
/// when there is none, 0 when it cannot be read (RFC 9110, 12.4.2).
double quality_of(std::string_view parameters);

}  // namespace ca::endpoints
