#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ca::tests {

/// A folder of the test's own, removed with all that is in it. In $TMPDIR; without it in memory
/// (/dev/shm) where there is such a place, because a run syncs every file it publishes.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Throws std::runtime_error when the file cannot be read.
std::string read_text(const std::filesystem::path& file);
/// Creates the folders above the file, too.
void write_text(const std::filesystem::path& file, std::string_view text);

}  // namespace ca::tests
