#include "api/sealed_key.h"

#include <sodium.h>

#include <array>

#include "base/error.h"

namespace ca::api {
namespace {

constexpr std::string_view kMagic = "CASEAL1\n";
constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemory = std::size_t{64} << 20;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// Wiped when it is not needed any more.
struct Key {
  std::array<unsigned char, crypto_secretbox_KEYBYTES> bytes{};
  Key(std::string_view passphrase, std::string_view salt) {
    if (sodium_init() < 0 ||
        crypto_pwhash(bytes.data(), bytes.size(), passphrase.data(), passphrase.size(),
                      api::bytes(salt), kPasses, kMemory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
      throw Error("E-SECRET", "The passphrase could not be used: there is too little memory.",
                  "It needs 64 MiB.");
    }
  }
  Key(const Key&) = delete;
  Key& operator=(const Key&) = delete;
  ~Key() { sodium_memzero(bytes.data(), bytes.size()); }
};

}  // namespace

std::string seal(std::string_view text, std::string_view passphrase) {
  if (sodium_init() < 0) throw Error("E-INTERNAL", "libsodium cannot be used.");
  std::string salt(crypto_pwhash_SALTBYTES, '\0');
  std::string nonce(crypto_secretbox_NONCEBYTES, '\0');
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(nonce.data(), nonce.size());
  const Key key(passphrase, salt);
  std::string box(text.size() + crypto_secretbox_MACBYTES, '\0');
  crypto_secretbox_easy(bytes(box), bytes(text), text.size(), bytes(nonce), key.bytes.data());
  return std::string(kMagic) + salt + nonce + box;
}

std::string unseal(std::string_view sealed, std::string_view passphrase) {
  constexpr std::size_t kHead =
      kMagic.size() + crypto_pwhash_SALTBYTES + crypto_secretbox_NONCEBYTES;
  if (!sealed.starts_with(kMagic) || sealed.size() < kHead + crypto_secretbox_MACBYTES) {
    throw Error("E-SECRET", "The key in the backup cannot be understood.",
                "Restore without it, and enter the sources' passwords again.");
  }
  const std::string_view salt = sealed.substr(kMagic.size(), crypto_pwhash_SALTBYTES);
  const std::string_view nonce =
      sealed.substr(kMagic.size() + crypto_pwhash_SALTBYTES, crypto_secretbox_NONCEBYTES);
  const std::string_view box = sealed.substr(kHead);
  const Key key(passphrase, salt);
  std::string text(box.size() - crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_open_easy(bytes(text), bytes(box), box.size(), bytes(nonce),
                                 key.bytes.data()) != 0) {
    throw Error("E-SECRET", "The passphrase is not that of the backup.",
                "Enter the one that was given to `backup --with-key`.");
  }
  return text;
}

}  // namespace ca::api
