#include "people/totp.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <array>
#include <stdexcept>

#include "people/random_text.h"
#include "people/sodium_ready.h"

namespace ca::people {
namespace {

constexpr std::int64_t kStepSeconds = 30;
constexpr std::size_t kSecretBytes = 20;
constexpr char kIssuer[] = "CustomerAnalytics";

}  // namespace

std::int64_t totp_step(workspace::TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() / kStepSeconds;
}

std::string totp_code(std::string_view secret, std::int64_t step, int digits) {
  std::array<unsigned char, 8> counter;
  for (std::size_t i = 0; i < 8; ++i) {
    counter[7 - i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * i));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
  unsigned int size = 0;
  if (::HMAC(::EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(),
             counter.size(), mac.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC-SHA-1 is not available");
  }
  const std::size_t at = mac[size - 1] & 0x0FU;  // RFC 4226 5.3: dynamic truncation
  const std::uint32_t number = (mac[at] & 0x7FU) << 24U | std::uint32_t{mac[at + 1]} << 16U |
                               std::uint32_t{mac[at + 2]} << 8U | std::uint32_t{mac[at + 3]};
  std::uint32_t modulus = 1;
  for (int i = 0; i < digits; ++i) modulus *= 10;
  return fmt::format("{:0{}}", number % modulus, digits);
}

std::optional<std::int64_t> totp_match(std::string_view secret, std::string_view code,
                                       workspace::TimePoint now, std::int64_t last_used) {
  std::optional<std::int64_t> match;
  const std::int64_t present = totp_step(now);
  for (std::int64_t step = present - 1; step <= present + 1; ++step) {
    if (is_same_secret(totp_code(secret, step), code) && step > last_used) match = step;
  }
  return match;
}

std::string random_totp_secret() {
  make_sodium_ready();
  std::string bytes(kSecretBytes, '\0');
  ::randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string base32(std::string_view bytes) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    for (count += 8; count >= 5; count -= 5) text += kLetters[bits >> (count - 5) & 31U];
    bits &= 0xFFU;
  }
  if (count > 0) text += kLetters[bits << (5 - count) & 31U];
  return text;
}

std::string totp_uri(std::string_view secret, std::string_view username) {
  return fmt::format(
      "otpauth://totp/{0}:{1}?secret={2}&issuer={0}&algorithm=SHA1&digits=6&period=30", kIssuer,
      username, base32(secret));
}

}  // namespace ca::people
