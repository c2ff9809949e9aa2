#pragma once

#include <string>
#include <string_view>

namespace ca::people {

/// 256 bits of chance in 43 letters, digits, - and _: what a session's cookie, a link or a token
/// holds. Its hash is all that is kept of it.
std::string random_text();
/// SHA-256 in hexadecimal. Enough for what cannot be guessed; passwords need passwords.h.
std::string hash_of(std::string_view random_text);
/// In a time that does not say where they differ.
bool is_same_secret(std::string_view a, std::string_view b);

}  // namespace ca::people
