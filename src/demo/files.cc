#include "demo/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>
#include <utility>

#include "base/error.h"

namespace ca::demo {
namespace {

constexpr std::size_t kVisitsPerPiece = 16 * 1024 / sizeof(Visit);

[[noreturn]] void refuse(const std::filesystem::path& path) {
  throw Error("E-FILE",
              fmt::format("{} could not be written: {}.", path.string(), std::strerror(errno)),
              "Check the free space and the rights of the folder.");
}

int open_to_write(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0666);
  if (descriptor < 0) refuse(path);
  return descriptor;
}

}  // namespace

OutputFile::OutputFile(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(open_to_write(path_)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OutputFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      refuse(path_);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void OutputFile::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0) refuse(path_);
}

VisitsByDay::VisitsByDay(const std::filesystem::path& folder, std::int32_t days,
                         std::size_t threads)
    : path_(folder / ".visits"),
      descriptor_(open_to_write(path_)),
      buffers_(threads, Buffers(static_cast<std::size_t>(days))),
      pieces_(static_cast<std::size_t>(days)),
      counts_(static_cast<std::size_t>(days)) {
  ::unlink(path_.c_str());  // the file lives as long as it is open, and no longer
}

VisitsByDay::~VisitsByDay() { ::close(descriptor_); }

void VisitsByDay::put(const std::vector<Visit>& visits, std::size_t thread) {
  for (const Visit& visit : visits) {
    const std::size_t day = visit.start / kSecondsPerDay;
    std::vector<Visit>& buffer = buffers_[thread][day];
    buffer.push_back(visit);
    if (buffer.size() == kVisitsPerPiece) write_out(day, buffer);
  }
}

void VisitsByDay::flush() {
  for (Buffers& days : buffers_) {
    for (std::size_t day = 0; day < days.size(); ++day) write_out(day, days[day]);
  }
}

void VisitsByDay::write_out(std::size_t day, std::vector<Visit>& visits) {
  if (visits.empty()) return;
  const std::size_t bytes = visits.size() * sizeof(Visit);
  std::uint64_t offset = 0;
  {
    const std::lock_guard lock(mutex_);
    offset = size_;
    size_ += bytes;
    pieces_[day].push_back({offset, visits.size()});
    counts_[day] += visits.size();
  }
  const char* from = reinterpret_cast<const char*>(visits.data());
  for (std::size_t done = 0; done < bytes;) {
    const ssize_t written =
        ::pwrite(descriptor_, from + done, bytes - done, static_cast<off_t>(offset + done));
    if (written < 0 && errno != EINTR) refuse(path_);
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  visits.clear();
}

std::vector<Visit> VisitsByDay::take(std::int32_t day) const {
  std::vector<Visit> visits(count(day));
  std::size_t filled = 0;
  for (const Piece& piece : pieces_[static_cast<std::size_t>(day)]) {
    char* to = reinterpret_cast<char*>(visits.data() + filled);
    const std::size_t bytes = piece.visits * sizeof(Visit);
    for (std::size_t done = 0; done < bytes;) {
      const ssize_t count =
          ::pread(descriptor_, to + done, bytes - done, static_cast<off_t>(piece.offset + done));
      if (count == 0 || (count < 0 && errno != EINTR)) refuse(path_);
      if (count > 0) done += static_cast<std::size_t>(count);
    }
    filled += piece.visits;
  }
  std::ranges::sort(visits, {}, [](const Visit& visit) {
    return std::tuple(visit.start, visit.customer, visit.sequence);
  });
  return visits;
}

}  // namespace ca::demo
