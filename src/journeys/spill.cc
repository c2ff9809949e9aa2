#include "journeys/spill.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.h"

namespace ca::journeys {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
  throw Error("E-STORE", fmt::format("{}: {}.", file.string(), std::strerror(errno)),
              "Check the free space and the rights of the home folder.");
}

/// A file opened for writing.
class Output {
 public:
  Output(const std::filesystem::path& file, int how)
      : file_(file), descriptor_(::open(file.c_str(), O_WRONLY | O_CLOEXEC | how, 0600)) {
    if (descriptor_ < 0) refuse(file);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() { ::close(descriptor_); }

  void write(std::span<const char> bytes) const {
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    while (left > 0) {
      const ssize_t written = ::write(descriptor_, at, left);
      if (written < 0) {
        if (errno == EINTR) continue;
        refuse(file_);
      }
      at += written;
      left -= static_cast<std::size_t>(written);
    }
  }

 private:
  const std::filesystem::path& file_;
  int descriptor_;
};

}  // namespace

SpillWriter::SpillWriter(std::filesystem::path file) : file_(std::move(file)) {
  const Output empty(file_, O_CREAT | O_TRUNC);
}

void SpillWriter::flush() {
  if (used_ == 0) return;
  Output(file_, O_APPEND).write({buffer_.data(), used_});
  used_ = 0;
}

SpillReader::SpillReader(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) refuse(file);
  const std::size_t size = std::filesystem::file_size(file);
  if (size > 0) {
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (mapped == MAP_FAILED) {
      ::close(descriptor);
      refuse(file);
    }
    bytes_ = {static_cast<const char*>(mapped), size};
  }
  ::close(descriptor);
  ::unlink(file.c_str());
}

SpillReader::~SpillReader() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace ca::journeys
