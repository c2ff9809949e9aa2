#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace ca::journeys {

/// Rows on their way to a partition: written once in sequence, read once. Each row is a plain
/// struct followed by its texts.
class SpillWriter {
 public:
  /// Makes the file, empty. It is open only while something is written to it, because there are
  /// more of them than a process may have open.
  explicit SpillWriter(std::filesystem::path file);

  template <class Row, class... Texts>
  void put(const Row& row, const Texts&... texts) {
    static_assert(std::is_trivially_copyable_v<Row>);
    char* at = room((sizeof row + ... + (sizeof(std::uint32_t) + texts.size())));
    at = copied(at, &row, sizeof row);
    ((at = copied_text(at, texts)), ...);
  }
  /// The last part of a row that was begun with put().
  void put_text_only(std::string_view text) {
    copied_text(room(sizeof(std::uint32_t) + text.size()), text);
  }
  void flush();
  /// The last flush; frees memory too.
  void finish() {
    flush();
    buffer_ = {};
  }
  const std::filesystem::path& file() const { return file_; }

 private:
  static constexpr std::size_t kBufferBytes = 128 * 1024;

  /// Where the next so many bytes go.
  char* room(std::size_t bytes) {
    if (used_ + bytes > buffer_.size()) {
      flush();
      buffer_.resize(std::max(bytes, kBufferBytes));
    }
    char* at = buffer_.data() + used_;
    used_ += bytes;
    return at;
  }
  static char* copied(char* at, const void* data, std::size_t bytes) {
    std::memcpy(at, data, bytes);
    return at + bytes;
  }
  static char* copied_text(char* at, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    at = copied(at, &size, sizeof size);
    return text.empty() ? at : copied(at, text.data(), text.size());
  }

  std::filesystem::path file_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;  ///< bytes of the buffer that wait to be written
};

/// The rows of one spill file, mapped: what was just written is read where it lies in the page
/// cache. Texts are views into it. Opening removes the file's name, closing the file.
class SpillReader {
 public:
  explicit SpillReader(const std::filesystem::path& file);
  SpillReader(SpillReader&& other) noexcept
      : bytes_(std::exchange(other.bytes_, {})), at_(other.at_) {}
  SpillReader& operator=(SpillReader&&) = delete;
  ~SpillReader();

  bool at_end() const { return at_ == bytes_.size(); }
  template <class Row>
  Row row() {
    Row row;
    std::memcpy(&row, bytes_.data() + at_, sizeof row);
    at_ += sizeof row;
    return row;
  }
  std::string_view text() {
    const auto size = row<std::uint32_t>();
    const std::string_view text(bytes_.data() + at_, size);
    at_ += size;
    return text;
  }
  std::size_t bytes() const { return bytes_.size(); }

 private:
  std::span<const char> bytes_;
  std::size_t at_ = 0;
};

}  // namespace ca::journeys
