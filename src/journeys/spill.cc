#include "journeys/spill.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "base/error.h"

namespace ca::journeys {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& folder) {
  throw Error("E-STORE", fmt::format("{}: {}.", folder.string(), std::strerror(errno)),
              "Check the free space and the rights of the home folder.");
}

int open_nameless(const std::filesystem::path& folder) {
  std::string name = (folder / "spill-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) refuse(folder);
  ::unlink(name.c_str());
  return descriptor;
}

}  // namespace

SpillFile::SpillFile(const std::filesystem::path& folder)
    : descriptor_(open_nameless(folder)), folder_(folder) {}

SpillFile::~SpillFile() {
  if (mapped_ != nullptr) ::munmap(const_cast<char*>(mapped_), end_);
  ::close(descriptor_);
}

SpillFile::Block SpillFile::append(std::span<const char> bytes) {
  const Block block{end_, bytes.size()};
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      refuse(folder_);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  end_ += block.bytes;
  return block;
}

void SpillFile::map() {
  if (end_ == 0) return;
  void* mapped = ::mmap(nullptr, end_, PROT_READ, MAP_SHARED, descriptor_, 0);
  if (mapped == MAP_FAILED) refuse(folder_);
  mapped_ = static_cast<const char*>(mapped);
}

}  // namespace ca::journeys
