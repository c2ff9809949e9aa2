#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ca::api {

/// One regular file of a tar archive (POSIX.1-2001).
struct TarMember {
  std::string name;
  std::uint64_t size = 0;  ///< bytes
};

/// Writes an archive of regular files, mode 0600, to a sink. What ustar cannot hold (names of more
/// than 100 bytes or not ASCII, more than 8 GiB) stands in a pax header.
class TarWriter {
 public:
  using Sink = std::function<void(std::string_view)>;
  explicit TarWriter(Sink sink) : sink_(std::move(sink)) {}

  /// Begins a member, of which exactly `size` bytes are then written.
  void begin(const TarMember& member);
  void write(std::string_view bytes);
  /// After the last member.
  void finish();

 private:
  void header(std::string_view name, std::uint64_t size, char type);
  void pad(std::uint64_t size);

  Sink sink_;
  std::uint64_t size_ = 0;
  std::uint64_t written_ = 0;
};

/// Reads such an archive, also one that tar(1) wrote. Errors: E-BACKUP for what is no archive, ends
/// too early, or holds anything but regular files.
class TarReader {
 public:
  /// Fills `out` with up to `size` bytes; fewer only at the end.
  using Source = std::function<std::size_t(char* out, std::size_t size)>;
  explicit TarReader(Source source) : source_(std::move(source)) {}

  /// The next member, or nothing at the end of the archive, after which only zeros may follow.
  /// What was not read of the one before is passed over.
  std::optional<TarMember> next();
  /// The next bytes of the member; fewer than `size` only at its end.
  std::size_t read(char* out, std::size_t size);

 private:
  using Block = std::array<char, 512>;
  bool fill(Block& block);
  std::string read_all(std::uint64_t most);
  void skip();

  Source source_;
  std::uint64_t left_ = 0;
  std::uint64_t padding_ = 0;
};

}  // namespace ca::api
