#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ca {

/// Tells whether bytes are still those that were written: their number and their XXH3-64. Against
/// accidents (a torn write, a flipped bit), not against somebody who wants to deceive.
struct Checksum {
  std::uint64_t size = 0;
  std::uint64_t xxh3 = 0;
  bool operator==(const Checksum&) const = default;
};

Checksum checksum_of(std::string_view bytes);
/// Of the file's first `most` bytes, or all of it. Reads in pieces, so that memory does not grow
/// with it. Error E-FILE when it cannot be read.
Checksum checksum_of_file(const std::filesystem::path& path, std::uint64_t most = UINT64_MAX);

/// The hash as 16 hexadecimal digits, and back; nothing for any other text.
std::string hexadecimal(std::uint64_t hash);
std::optional<std::uint64_t> parse_hexadecimal(std::string_view text);

}  // namespace ca
