#include "people/random_text.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

#include "people/sodium_ready.h"

namespace ca::people {

void make_sodium_ready() {
  static const int result = ::sodium_init();
  if (result < 0) throw std::runtime_error("libsodium found no source of chance");
}

std::string random_text() {
  make_sodium_ready();
  std::array<unsigned char, 32> bytes;
  ::randombytes_buf(bytes.data(), bytes.size());
  std::array<char, 64> text;
  ::sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string hash_of(std::string_view random_text) {
  make_sodium_ready();
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  ::crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(random_text.data()),
                       random_text.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text;
  return ::sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
}

bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ca::people
