#pragma once

#include <string_view>

namespace ca::people {

/// Passwords and words that many people choose, in small letters, between blanks and line ends.
std::string_view common_passwords();

}  // namespace ca::people
