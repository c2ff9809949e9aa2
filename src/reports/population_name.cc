#include "reports/population_name.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace ca::reports {
namespace {

constexpr std::size_t kLongestName = 200;

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

}  // namespace

std::string population_name(std::string_view value) {
  if (value.empty()) return "%00";
  if (value == "main") return "%6Dain";
  const bool is_dots = std::ranges::all_of(value, [](char c) { return c == '.'; });
  std::string name;
  for (const char c : value) {
    if (is_unreserved(c) && !is_dots) {
      name += c;
    } else {
      name += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return name.size() > kLongestName ? "sha256-" + sha256(value) : name;
}

}  // namespace ca::reports
