#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace ca::sources {

enum class Encoding : std::uint8_t { kUtf8, kWindows1252 };

/// "utf-8" and "windows-1252" for their usual spellings of any case; Error E-PARAM otherwise.
Encoding encoding_of(std::string_view name);
std::string_view name_of(Encoding encoding);

inline constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

/// The encoding that a file's first bytes give away and that this program does not read, as
/// "UTF-16 (little-endian)", or empty. Looks at byte order marks and at where zero bytes stand.
std::string_view foreign_encoding(std::string_view first_bytes);

/// Whether a stream is UTF-8, strictly: no overlong forms, no surrogates, nothing past U+10FFFF.
/// Fed piece by piece; pieces may end within a character. ASCII passes at the speed of memory.
class Utf8Check {
 public:
  void feed(std::string_view bytes);
  /// Says that no more bytes come.
  void finish();

  bool is_valid() const { return !is_broken_; }
  bool is_ascii() const { return is_ascii_; }

 private:
  std::size_t check_character(std::string_view bytes, std::size_t position);

  int missing_ = 0;              ///< bytes that the character under way still needs
  unsigned char lowest_ = 0x80;  ///< bounds of its next byte
  unsigned char highest_ = 0xBF;
  bool is_ascii_ = true;
  bool is_broken_ = false;
};

/// Appends `bytes`, which are Windows-1252, as UTF-8. The five bytes without a meaning become the
/// control characters of the same number, as browsers do.
void append_windows_1252(std::string& out, std::string_view bytes);

}  // namespace ca::sources
