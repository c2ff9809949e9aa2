#pragma once

#include <filesystem>

namespace ca {

/// A folder of one's own that is gone, with all that is in it, when its owner is: in $TMPDIR, else
/// in /tmp. Throws Error E-FILE when none can be made.
class ScratchFolder {
 public:
  ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();

  const std::filesystem::path& path() const { return path_; }

 protected:
  explicit ScratchFolder(const std::filesystem::path& parent);

 private:
  std::filesystem::path path_;
};

/// The same in memory (/dev/shm) where there is such a place and $TMPDIR says nothing else: for
/// tests of what is synced to disk when it is written.
class ScratchFolderInMemory : public ScratchFolder {
 public:
  ScratchFolderInMemory();
};

}  // namespace ca
