#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ca {

inline constexpr char32_t kReplacement = U'\uFFFD';

/// The code point that begins at `position`, which moves past it. An ill-formed sequence yields
/// kReplacement and moves past its longest well-formed beginning, or one byte (Unicode 3.9).
char32_t next_code_point(std::string_view text, std::size_t& position);

bool is_valid_utf8(std::string_view text);
/// The text with kReplacement where it is ill-formed.
std::string to_valid_utf8(std::string_view text);

/// The number of code points of a well-formed text.
std::size_t characters_of(std::string_view text);

/// The text with A to Z as a to z and everything else as it is: what SQL engines compare names by.
std::string ascii_lower(std::string_view text);

/// Appends the code point, a scalar value, as UTF-8.
void append_utf8(std::string& out, char32_t code_point);

/// Columns that a terminal uses for the code point: 0 (combining marks, joiners), 1, or 2 (East
/// Asian wide characters, emoji). Control characters count 0: they are not for showing.
int display_width(char32_t code_point);

}  // namespace ca
