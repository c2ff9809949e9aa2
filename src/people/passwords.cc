#include "people/passwords.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <new>

#include "people/sodium_ready.h"

namespace ca::people {
namespace {

std::string base64(const unsigned char* bytes, std::size_t count) {
  std::array<char, 128> text;
  ::sodium_bin2base64(text.data(), text.size(), bytes, count,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  return text.data();
}

/// In the form of crypto_pwhash_str(), of chance instead of a password: nothing is computed.
std::string dummy_of(const PasswordCost& cost) {
  std::array<unsigned char, 16> salt;
  std::array<unsigned char, 32> hash;
  ::randombytes_buf(salt.data(), salt.size());
  ::randombytes_buf(hash.data(), hash.size());
  return fmt::format("$argon2id$v=19$m={},t={},p=1${}${}", cost.memory / 1024, cost.passes,
                     base64(salt.data(), salt.size()), base64(hash.data(), hash.size()));
}

}  // namespace

PasswordHasher::PasswordHasher(PasswordCost cost) : cost_(cost) {
  make_sodium_ready();
  dummy_ = dummy_of(cost_);
}

std::string PasswordHasher::hash(std::string_view password, const Turn&) const {
  std::array<char, crypto_pwhash_STRBYTES> text;
  if (::crypto_pwhash_str_alg(text.data(), password.data(), password.size(), cost_.passes,
                              cost_.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return text.data();
}

bool PasswordHasher::verify(const std::string& hash, std::string_view password, const Turn&) const {
  return ::crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool PasswordHasher::is_outdated(const std::string& hash) const {
  return ::crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory) != 0;
}

}  // namespace ca::people
