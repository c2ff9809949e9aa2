#include "journeys/spill.h"

#include <fcntl.h>
#include <fmt/format.h>
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

}  // namespace

SpillWriter::SpillWriter(std::filesystem::path file) : file_(std::move(file)) {
  descriptor_ = ::open(file_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor_ < 0) refuse(file_);
}

SpillWriter::SpillWriter(SpillWriter&& other) noexcept
    : file_(std::move(other.file_)),
      buffer_(std::move(other.buffer_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

SpillWriter::~SpillWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SpillWriter::flush() {
  const char* at = buffer_.data();
  std::size_t left = buffer_.size();
  while (left > 0) {
    const ssize_t written = ::write(descriptor_, at, left);
    if (written < 0) {
      if (errno == EINTR) continue;
      refuse(file_);
    }
    at += written;
    left -= static_cast<std::size_t>(written);
  }
  buffer_.clear();
}

SpillReader::SpillReader(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) refuse(file);
  bytes_.resize(std::filesystem::file_size(file));
  std::size_t filled = 0;
  while (filled < bytes_.size()) {
    const ssize_t count = ::read(descriptor, bytes_.data() + filled, bytes_.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      ::close(descriptor);
      refuse(file);
    }
    filled += static_cast<std::size_t>(count);
  }
  ::close(descriptor);
  ::unlink(file.c_str());
}

}  // namespace ca::journeys
