#include "base/checksum.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>
#include <vector>

#include "base/error.h"

namespace ca {

Checksum checksum_of(std::string_view bytes) {
  return {bytes.size(), XXH3_64bits(bytes.data(), bytes.size())};
}

Checksum checksum_of_file(const std::filesystem::path& path, std::uint64_t most) {
  constexpr std::size_t kPiece = 1 << 20;
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(),
                                                                       &XXH3_freeState);
  XXH3_64bits_reset(state.get());
  std::ifstream file(path, std::ios::binary);
  std::vector<char> piece(kPiece);
  Checksum checksum;
  while (file && checksum.size < most) {
    const auto wanted = std::min<std::uint64_t>(piece.size(), most - checksum.size);
    file.read(piece.data(), static_cast<std::streamsize>(wanted));
    const auto count = static_cast<std::size_t>(file.gcount());
    XXH3_64bits_update(state.get(), piece.data(), count);
    checksum.size += count;
  }
  if (!file.eof() && checksum.size < most) {
    throw Error("E-FILE", fmt::format("The file {} cannot be read.", path.string()), {},
                {{"path", path.string()}});
  }
  checksum.xxh3 = XXH3_64bits_digest(state.get());
  return checksum;
}

std::string hexadecimal(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

std::optional<std::uint64_t> parse_hexadecimal(std::string_view text) {
  std::uint64_t hash = 0;
  const auto [end, failure] = std::from_chars(text.begin(), text.end(), hash, 16);
  const bool is_whole = failure == std::errc() && end == text.end();
  if (!is_whole || hexadecimal(hash) != text) return std::nullopt;
  return hash;
}

}  // namespace ca
