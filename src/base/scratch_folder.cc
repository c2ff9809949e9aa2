#include "base/scratch_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <system_error>

#include "base/error.h"

namespace ca {
namespace {

namespace fs = std::filesystem;

fs::path in_memory() {
  const fs::path memory = "/dev/shm";
  const bool is_chosen = std::getenv("TMPDIR") != nullptr;
  const bool is_there = !is_chosen && ::access(memory.c_str(), W_OK | X_OK) == 0;
  return is_there ? memory : fs::temp_directory_path();
}

}  // namespace

ScratchFolder::ScratchFolder() : ScratchFolder(fs::temp_directory_path()) {}

ScratchFolder::ScratchFolder(const fs::path& parent) {
  std::string pattern = (parent / "customeranalytics-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error("E-FILE", fmt::format("No temporary folder could be made in {}.", parent.string()),
                "Set TMPDIR to a folder that can be written.");
  }
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

ScratchFolderInMemory::ScratchFolderInMemory() : ScratchFolder(in_memory()) {}

}  // namespace ca
