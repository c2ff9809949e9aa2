#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ca::workspace {

/// The Error of a failed system call: `<what> <path>: <reason>.` E-PERM when the operating system
/// does not allow it, else E-FILE.
Error file_error(std::string_view what, const std::filesystem::path& path, int error_number,
                 std::string hint = {});

/// An open file, closed on destruction. Never inherited by a program that is started.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  /// Opens with open(2)'s flags; a file it creates has mode 0600.
  static File open(const std::filesystem::path& path, int flags);

  int descriptor() const { return descriptor_; }
  explicit operator bool() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

/// The whole file, or nothing when there is no such file.
std::optional<std::string> read_file(const std::filesystem::path& path);

/// Replaces the file's content so that a reader, and the disk after a power cut, has the old one or
/// the new one whole. Writes `<path>.part` beside it; one writer at a time.
void replace_file(const std::filesystem::path& path, std::string_view content);

}  // namespace ca::workspace
