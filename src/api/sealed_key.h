#pragma once

#include <string>
#include <string_view>

namespace ca::api {

/// A text encrypted by a passphrase: salt, nonce and box (Argon2id of libsodium, 64 MiB and three
/// passes; XSalsa20-Poly1305).
std::string seal(std::string_view text, std::string_view passphrase);
/// Error E-SECRET for another passphrase or a text that seal() did not make.
std::string unseal(std::string_view sealed, std::string_view passphrase);

}  // namespace ca::api
