#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace ca::sources {

enum class Compression : std::uint8_t { kNone, kGzip, kZstd };

/// The bytes of a file from its beginning, decompressed when its first bytes say gzip or zstd,
/// whatever it is called. One thread at a time. Errors: E-PERM, E-FILE (missing, not a file, or
/// compressed data that is damaged or ends too early).
class ByteStream {
 public:
  explicit ByteStream(const std::filesystem::path& path);
  ByteStream(ByteStream&&) noexcept;
  ByteStream& operator=(ByteStream&&) noexcept;
  ~ByteStream();

  /// Fills `out` with up to `size` bytes; fewer than `size` only at the end, 0 past it.
  std::size_t read(char* out, std::size_t size);

  Compression compression() const;
  /// Whether all that was read so far is one gzip member or zstd frame with an ordinary header.
  /// DuckDB loses the end of some files that have several.
  bool is_one_member() const;

  class Reader;

 private:
  std::unique_ptr<Reader> reader_;
};

}  // namespace ca::sources
