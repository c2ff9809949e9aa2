#pragma once

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
    append(&row, sizeof row);
    (put_text(texts), ...);
    if (buffer_.size() >= kFlushBytes) flush();
  }
  /// The last part of a row that was begun with put().
  void put_text_only(std::string_view text) { put_text(text); }
  void flush();
  /// The last flush; frees memory too.
  void finish() {
    flush();
    buffer_ = {};
  }
  const std::filesystem::path& file() const { return file_; }

 private:
  static constexpr std::size_t kFlushBytes = 256 * 1024;

  void append(const void* data, std::size_t bytes) {
    const char* begin = static_cast<const char*>(data);
    buffer_.insert(buffer_.end(), begin, begin + bytes);
  }
  void put_text(std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    append(&size, sizeof size);
    append(text.data(), text.size());
  }

  std::filesystem::path file_;
  std::vector<char> buffer_;
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
