#include "workspace/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace ca::workspace {
namespace {

void write_all(const File& file, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.descriptor(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw file_error("Cannot write", path, errno);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

void sync(const File& file, const std::filesystem::path& path) {
  if (::fsync(file.descriptor()) != 0) throw file_error("Cannot write to disk", path, errno);
}

}  // namespace

Error file_error(std::string_view what, const std::filesystem::path& path, int error_number,
                 std::string hint) {
  const bool is_forbidden =
      error_number == EACCES || error_number == EPERM || error_number == EROFS;
  return Error(is_forbidden ? "E-PERM" : "E-FILE",
               std::string(what) + " " + path.string() + ": " +
                   std::generic_category().message(error_number) + ".",
               std::move(hint), {{"path", path.string()}});
}

File::File(File&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File File::open(const std::filesystem::path& path, int flags) {
  File file(::open(path.c_str(), flags | O_CLOEXEC, 0600));
  if (!file) throw file_error("Cannot open", path, errno);
  return file;
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) throw file_error("Cannot read", path, errno);
  std::string content;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(file.descriptor(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw file_error("Cannot read", path, errno);
    if (count == 0) return content;
    content.append(buffer, static_cast<std::size_t>(count));
  }
}

void replace_file(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path part = path.string() + ".part";
  try {
    const File file = File::open(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    write_all(file, content, part);
    sync(file, part);
    if (::rename(part.c_str(), path.c_str()) != 0) throw file_error("Cannot replace", path, errno);
  } catch (const Error&) {
    ::unlink(part.c_str());
    throw;
  }
  sync(File::open(path.parent_path(), O_RDONLY | O_DIRECTORY), path.parent_path());
}

}  // namespace ca::workspace
