#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ca::journeys {

/// Where many spills of one thread lie, block by block, until they are read: a file without a name,
/// which is gone when this is, however the program ends.
class SpillFile {
 public:
  struct Block {
    std::uint64_t offset;
    std::uint64_t bytes;
  };

  /// Error E-STORE when the folder takes no file.
  explicit SpillFile(const std::filesystem::path& folder);
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;
  ~SpillFile();

  /// Error E-STORE when the disk refuses.
  Block append(std::span<const char> bytes);
  /// Makes what was appended readable where it lies in the page cache; nothing is appended
  /// afterwards.
  void map();
  std::span<const char> at(Block block) const { return {mapped_ + block.offset, block.bytes}; }

 private:
  int descriptor_;
  std::filesystem::path folder_;
  std::uint64_t end_ = 0;
  const char* mapped_ = nullptr;
};

/// Rows on their way to a partition: written in sequence, then read once. Each row is a plain
/// struct followed by its texts.
class SpillWriter {
 public:
  explicit SpillWriter(SpillFile& file) : file_(&file) {}

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
  /// The last block; frees memory too.
  void finish() {
    flush();
    buffer_ = {};
  }

  const SpillFile& file() const { return *file_; }
  std::span<const SpillFile::Block> blocks() const { return blocks_; }

 private:
  static constexpr std::size_t kBlockBytes = 128 * 1024;

  /// Where the next so many bytes go, which stay together in one block.
  char* room(std::size_t bytes) {
    if (used_ + bytes > buffer_.size()) {
      flush();
      buffer_.resize(std::max(bytes, kBlockBytes));
    }
    char* at = buffer_.data() + used_;
    used_ += bytes;
    return at;
  }
  void flush() {
    if (used_ == 0) return;
    blocks_.push_back(file_->append({buffer_.data(), used_}));
    used_ = 0;
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

  SpillFile* file_;
  std::vector<SpillFile::Block> blocks_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;  ///< bytes of the buffer that wait to be written
};

/// Reads a finished spill of a mapped file. Texts are views into the file.
class SpillReader {
 public:
  explicit SpillReader(const SpillWriter& spill) : file_(spill.file()), left_(spill.blocks()) {}

  bool at_end() const { return at_ == block_.size() && left_.empty(); }
  template <class Row>
  Row row() {
    enter_block();
    return take<Row>();
  }
  std::string_view text() {
    enter_block();
    const auto size = take<std::uint32_t>();
    const std::string_view text(block_.data() + at_, size);
    at_ += size;
    return text;
  }
  /// Of all rows.
  static std::size_t bytes(const SpillWriter& spill) {
    std::size_t bytes = 0;
    for (const SpillFile::Block& block : spill.blocks()) bytes += block.bytes;
    return bytes;
  }

 private:
  /// What was put by one call lies in one block, so blocks end only between calls.
  void enter_block() {
    if (at_ < block_.size()) return;
    block_ = file_.at(left_.front());
    left_ = left_.subspan(1);
    at_ = 0;
  }
  template <class T>
  T take() {
    T value;
    std::memcpy(&value, block_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  const SpillFile& file_;
  std::span<const SpillFile::Block> left_;
  std::span<const char> block_;
  std::size_t at_ = 0;
};

}  // namespace ca::journeys
