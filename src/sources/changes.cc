#include "sources/changes.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/checksum.h"
#include "base/error.h"
#include "sources/byte_stream.h"

namespace ca::sources {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const char* reason) {
  throw Error("E-FILE", fmt::format("{} cannot be read: {}.", file.string(), reason));
}

bool is_same_content(const SeenFile& before, const SeenFile& now) {
  return now.bytes == before.bytes && content_hash(now.path, before.bytes) == before.hash;
}

/// Whether the file is what it was and complete lines after it.
bool is_appended_to(const SeenFile& before, const SeenFile& now) {
  if (now.bytes <= before.bytes || before.bytes == 0 || before.has_open_quote) return false;
  if (ByteStream(now.path).compression() != Compression::kNone) return false;
  std::ifstream file(now.path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(before.bytes - 1));
  return file.get() == '\n' && content_hash(now.path, before.bytes) == before.hash;
}

Changes rewritten(const fs::path& file, const char* how) {
  return {.kind = Changes::Kind::kRewritten,
          .parts = {},
          .reason = fmt::format("{} {}", file.filename().string(), how)};
}

}  // namespace

SeenFile look_at(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) fail(file, std::strerror(errno));
  SeenFile seen;
  seen.path = file.string();
  seen.bytes = static_cast<std::uint64_t>(status.st_size);
  seen.modified = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  return seen;
}

std::uint64_t content_hash(const fs::path& file, std::uint64_t bytes) {
  const Checksum checksum = checksum_of_file(file, bytes);
  if (checksum.size < bytes) fail(file, "it became shorter while it was read");
  return checksum.xxh3;
}

void identify(const SeenFile& on_disk, std::uint64_t hash, SeenFile& seen) {
  seen.path = on_disk.path;
  seen.bytes = on_disk.bytes;
  seen.modified = on_disk.modified;
  seen.hash = hash;
}

Changes changes_since(const Location& location, const std::vector<SeenFile>& seen) {
  const bool is_csv = canonical_type(location.type) == "csv";
  Changes changes;
  std::string last_seen;  // in the order of names
  for (const SeenFile& file : seen) last_seen = std::max(last_seen, file.path);
  for (const fs::path& path : files_of(location)) {
    const auto before = std::ranges::find(seen, path.string(), &SeenFile::path);
    if (before == seen.end()) {
      changes.parts.push_back({.path = path, .begin = 0, .before = {}});
      changes.is_in_order &= path.string() > last_seen;
      continue;
    }
    const SeenFile now = look_at(path);
    const bool is_untouched = now.bytes == before->bytes && now.modified == before->modified;
    if (is_untouched || is_same_content(*before, now)) continue;
    if (!is_csv || !is_appended_to(*before, now)) return rewritten(path, "has changed");
    changes.parts.push_back({.path = path, .begin = before->bytes, .before = *before});
    changes.is_in_order &= path.string() == last_seen;
  }
  if (!changes.parts.empty()) changes.kind = Changes::Kind::kAppended;
  return changes;
}

}  // namespace ca::sources
