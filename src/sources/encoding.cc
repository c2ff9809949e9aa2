#include "sources/encoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>

#include "base/error.h"
#include "base/utf8.h"

namespace ca::sources {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080;

std::uint64_t load(const char* at) {
  std::uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// The position of the first byte from `position` on that is not ASCII, or the end.
std::size_t skip_ascii(std::string_view bytes, std::size_t position) {
  const char* data = bytes.data();
  constexpr std::size_t kStride = 4 * sizeof(std::uint64_t);
  while (position + kStride <= bytes.size()) {
    const char* at = data + position;
    if (((load(at) | load(at + 8) | load(at + 16) | load(at + 24)) & kHighBits) != 0) break;
    position += kStride;
  }
  while (position < bytes.size() && static_cast<signed char>(data[position]) >= 0) ++position;
  return position;
}

/// What the bytes 0x80 to 0x9F mean.
constexpr char32_t kWindows1252[32] = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

}  // namespace

std::string_view name_of(Encoding encoding) {
  return encoding == Encoding::kUtf8 ? "utf-8" : "windows-1252";
}

Encoding encoding_of(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  if (plain == "utf8" || plain == "utf8sig" || plain == "ascii") return Encoding::kUtf8;
  if (plain == "windows1252" || plain == "cp1252" || plain == "latin1" || plain == "iso88591") {
    return Encoding::kWindows1252;
  }
  throw Error("E-PARAM", fmt::format("The encoding {} is not known.", name),
              "Use utf-8 or windows-1252, or leave it out.");
}

std::string_view foreign_encoding(std::string_view first_bytes) {
  using namespace std::string_view_literals;
  if (first_bytes.starts_with("\xFF\xFE\0\0"sv)) return "UTF-32 (little-endian)";
  if (first_bytes.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32 (big-endian)";
  if (first_bytes.starts_with("\xFF\xFE"sv)) return "UTF-16 (little-endian)";
  if (first_bytes.starts_with("\xFE\xFF"sv)) return "UTF-16 (big-endian)";
  // Western text in UTF-16 without a mark has its zero bytes on every other place.
  const std::string_view sample = first_bytes.substr(0, 4096);
  std::size_t zeros[2] = {};
  for (std::size_t i = 0; i < sample.size(); ++i) {
    if (sample[i] == '\0') ++zeros[i % 2];
  }
  const std::size_t pairs = sample.size() / 2;
  const std::size_t many = std::max<std::size_t>(2, pairs / 3);
  if (zeros[1] >= many && zeros[0] <= zeros[1] / 10) return "UTF-16 (little-endian)";
  if (zeros[0] >= many && zeros[1] <= zeros[0] / 10) return "UTF-16 (big-endian)";
  return {};
}

void Utf8Check::feed(std::string_view bytes) {
  std::size_t position = 0;
  while (!is_broken_ && position < bytes.size()) {
    if (missing_ == 0) position = skip_ascii(bytes, position);
    if (position < bytes.size()) position = check_character(bytes, position);
  }
}

void Utf8Check::finish() {
  if (missing_ > 0) is_broken_ = true;
}

std::size_t Utf8Check::check_character(std::string_view bytes, std::size_t position) {
  is_ascii_ = false;
  if (missing_ == 0) {
    const auto lead = static_cast<unsigned char>(bytes[position++]);
    if (lead < 0xC2 || lead > 0xF4) {
      is_broken_ = true;
      return position;
    }
    missing_ = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    lowest_ = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    highest_ = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  }
  while (missing_ > 0 && position < bytes.size()) {
    const auto next = static_cast<unsigned char>(bytes[position++]);
    if (next < lowest_ || next > highest_) {
      is_broken_ = true;
      return position;
    }
    lowest_ = 0x80;
    highest_ = 0xBF;
    --missing_;
  }
  return position;
}

void append_windows_1252(std::string& out, std::string_view bytes) {
  for (std::size_t position = 0; position < bytes.size();) {
    const std::size_t next = skip_ascii(bytes, position);
    out.append(bytes.substr(position, next - position));
    position = next;
    if (position == bytes.size()) break;
    const auto byte = static_cast<unsigned char>(bytes[position++]);
    append_utf8(out, byte < 0xA0 ? kWindows1252[byte - 0x80] : char32_t{byte});
  }
}

}  // namespace ca::sources
