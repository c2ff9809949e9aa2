#include "journeys/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/whole_file.h"

namespace ca::journeys {
namespace {

constexpr std::array<char, 8> kMagic = {'C', 'A', 'J', 'O', 'U', 'R', 'N', 'Y'};
constexpr std::size_t kAlignment = 64;

struct Header {
  std::array<char, 8> magic;
  std::uint32_t format;
  std::uint32_t sections;
  std::uint64_t table_hash;
  std::uint64_t file_size;
};
static_assert(sizeof(Header) == 32);

[[noreturn]] void refuse(const std::filesystem::path& file, const char* doing) {
  throw Error("E-STORE",
              fmt::format("{} {} failed: {}.", doing, file.string(), std::strerror(errno)),
              "Check the free space and the rights of the home folder.");
}

[[noreturn]] void damaged(const std::string& file, const char* why) {
  throw Error("E-JOURNEYS", fmt::format("The journeys file {} cannot be used: {}.", file, why),
              "Run `customeranalytics run --full` to build the journeys again.");
}

}  // namespace

FileWriter::FileWriter(std::filesystem::path file)
    : file_(std::move(file)), part_(file_.string() + ".part") {
  descriptor_ = ::open(part_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor_ < 0) refuse(part_, "Creating");
  end_ = sizeof(Header) + kMaxSections * sizeof(SectionEntry);
}

FileWriter::~FileWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(part_.c_str());
}

void FileWriter::put(const void* data, std::size_t bytes, std::uint64_t offset) {
  const char* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::pwrite(descriptor_, at, bytes, static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      refuse(part_, "Writing");
    }
    at += written;
    offset += static_cast<std::uint64_t>(written);
    bytes -= static_cast<std::size_t>(written);
  }
}

void FileWriter::write(Section id, std::uint32_t element, const void* data, std::size_t bytes) {
  if (entries_.size() == kMaxSections)
    throw Error("E-STORE", "A journeys file has too many sections.");
  end_ = (end_ + kAlignment - 1) / kAlignment * kAlignment;
  put(data, bytes, end_);
  entries_.push_back({id, element, end_, bytes, XXH3_64bits(data, bytes)});
  end_ += bytes;
}

void FileWriter::finish() {
  const Header header{kMagic, kFormatVersion, static_cast<std::uint32_t>(entries_.size()),
                      XXH3_64bits(entries_.data(), entries_.size() * sizeof(SectionEntry)), end_};
  put(&header, sizeof header, 0);
  put(entries_.data(), entries_.size() * sizeof(SectionEntry), sizeof header);
  // The last section may be empty: the size that the header states must exist.
  if (::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0) refuse(part_, "Writing");
  ::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);
  ::close(std::exchange(descriptor_, -1));
  if (::rename(part_.c_str(), file_.c_str()) != 0) refuse(file_, "Renaming to");
}

void make_durable(const std::filesystem::path& folder) {
  try {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      sync_to_disk(entry.path());
    }
    sync_to_disk(folder);  // its names, last
  } catch (const std::filesystem::filesystem_error& failure) {
    throw Error("E-STORE", fmt::format("The journeys cannot be kept: {}.", failure.what()),
                "Check the free space and the rights of the home folder.");
  }
}

MappedFile::MappedFile(const std::filesystem::path& file) : name_(file.string()) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) damaged(name_, std::strerror(errno));
  struct stat status {};
  ::fstat(descriptor, &status);
  size_ = static_cast<std::size_t>(status.st_size);
  void* mapped = size_ < sizeof(Header)
                     ? MAP_FAILED
                     : ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (mapped == MAP_FAILED) damaged(name_, "it is too short or cannot be mapped");
  data_ = static_cast<const char*>(mapped);

  Header header;
  std::memcpy(&header, data_, sizeof header);
  const char* why = nullptr;
  const std::size_t table = header.sections * sizeof(SectionEntry);
  if (header.magic != kMagic) {
    why = "it is no journeys file";
  } else if (header.format != kFormatVersion) {
    why = "it has another format";
  } else if (header.file_size != size_ || sizeof header + table > size_) {
    why = "it is cut off";
  } else if (XXH3_64bits(data_ + sizeof header, table) != header.table_hash) {
    why = "its table of contents is damaged";
  }
  if (why != nullptr) {
    ::munmap(mapped, size_);
    damaged(name_, why);
  }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : name_(std::move(other.name_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(other.size_) {}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

std::pair<const void*, std::size_t> MappedFile::find(Section id, std::size_t element) const {
  Header header;
  std::memcpy(&header, data_, sizeof header);
  for (std::uint32_t i = 0; i < header.sections; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, data_ + sizeof header + i * sizeof entry, sizeof entry);
    if (entry.id != id) continue;
    if (entry.element_bytes != element || entry.offset + entry.bytes > size_) {
      damaged(name_, "a section has another shape");
    }
    return {data_ + entry.offset, entry.bytes};
  }
  return {nullptr, 0};
}

void MappedFile::verify(Section end) const {
  Header header;
  std::memcpy(&header, data_, sizeof header);
  for (std::uint32_t i = 0; i < header.sections; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, data_ + sizeof header + i * sizeof entry, sizeof entry);
    if (entry.id >= end) continue;
    if (entry.offset + entry.bytes > size_ ||
        XXH3_64bits(data_ + entry.offset, entry.bytes) != entry.hash) {
      damaged(name_, "its content does not match its checksum");
    }
  }
}

}  // namespace ca::journeys
