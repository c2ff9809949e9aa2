#include "api/uploads.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "api/random_id.h"
#include "api/settings.h"
#include "base/error.h"
#include "base/utf8.h"
#include "base/whole_file.h"

namespace ca::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPart = ".part";
constexpr std::size_t kIdDigits = 16;
constexpr std::size_t kLongestSafeName = 80;
constexpr std::size_t kLongestShownName = 1000;  // bytes
constexpr std::uint64_t kLookAgain = 64U << 20;  // bytes between two looks at the free space

std::uint64_t free_space_of(const fs::path& folder) {
  struct statvfs space {};
  if (::statvfs(folder.c_str(), &space) != 0) return UINT64_MAX;
  return static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
}

/// Whether the name is one that begin() gives to a file, whole or still coming.
bool is_ours(std::string_view name) {
  return name.size() > kIdDigits && name[kIdDigits] == '-' &&
         std::ranges::all_of(name.substr(0, kIdDigits), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool lock(const workspace::File& file) {
  return ::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0;
}

/// The beginning of the name as text, for showing.
std::string shown(std::string_view name) {
  std::string text = to_valid_utf8(name.substr(0, kLongestShownName));
  // The cut may have left half a character.
  if (name.size() > kLongestShownName && text.ends_with("\xEF\xBF\xBD")) {
    text.resize(text.size() - 3);
  }
  return text;
}

[[noreturn]] void fail_too_large(std::uint64_t limit) {
  throw Error("E-TOO-LARGE", fmt::format("The file is larger than {} MB.", limit >> 20U),
              "Compress it (gzip, zstd), or raise max_upload_mb of [imports].",
              {{"limit", std::to_string(limit)}});
}

[[noreturn]] void fail_full() {
  throw Error("E-DISK", "The disk has no space for this file.",
              "Delete uploads that are not needed any more, or compress the file (gzip, zstd).");
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  std::string safe;
  for (const char c : name) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    if (is_plain) {
      safe += c;
    } else if (!safe.empty() && safe.back() != '_') {
      safe += '_';
    }
  }
  const auto begin = safe.find_first_not_of("._-");
  safe.erase(0, std::min(begin, safe.size()));
  if (safe.size() > kLongestSafeName) {
    // The end says what kind of file it is.
    constexpr std::size_t kEnd = 20;
    safe = safe.substr(0, kLongestSafeName - kEnd) + safe.substr(safe.size() - kEnd);
  }
  while (!safe.empty() && (safe.back() == '.' || safe.back() == '_')) safe.pop_back();
  if (safe.ends_with(kPart)) safe += "_";
  return safe.empty() ? "upload" : safe;
}

// ---- IncomingFile -------------------------------------------------------------------------------

struct IncomingFile::State {
  Upload upload;  ///< without the bytes so far
  std::uint64_t limit = 0;
  std::atomic<std::uint64_t> bytes = 0;
};

IncomingFile::IncomingFile(Uploads& uploads, std::shared_ptr<State> state, workspace::File file)
    : uploads_(uploads),
      state_(std::move(state)),
      file_(std::move(file)),
      part_(state_->upload.path.string() + std::string(kPart)) {}

IncomingFile::~IncomingFile() {
  if (!is_finished_) ::unlink(part_.c_str());
  const std::lock_guard guard(uploads_.mutex_);
  uploads_.coming_.erase(state_->upload.id);
}

void IncomingFile::check_space() {
  if (uploads_.free_space_(part_.parent_path()) < Uploads::kReserve) fail_full();
  checked_at_ = state_->bytes;
}

void IncomingFile::write(std::string_view piece) {
  if (state_->bytes + piece.size() > state_->limit) fail_too_large(state_->limit);
  if (state_->bytes + piece.size() >= checked_at_ + kLookAgain) check_space();
  while (!piece.empty()) {
    const ssize_t written = ::write(file_.descriptor(), piece.data(), piece.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      if (errno == ENOSPC || errno == EDQUOT) fail_full();
      throw workspace::file_error("The upload cannot be written to", part_, errno);
    }
    piece.remove_prefix(static_cast<std::size_t>(written));
    state_->bytes += static_cast<std::uint64_t>(written);
  }
}

Upload IncomingFile::finish() {
  const fs::path& path = state_->upload.path;
  if (state_->bytes == 0) {
    throw Error("E-EMPTY", "The file holds nothing.", "Choose a file with a header and rows.");
  }
  if (::fsync(file_.descriptor()) != 0) {
    if (errno == ENOSPC || errno == EDQUOT) fail_full();
    throw workspace::file_error("The upload cannot be written to", part_, errno);
  }
  if (::rename(part_.c_str(), path.c_str()) != 0) {
    throw workspace::file_error("The upload cannot be put in place as", path, errno);
  }
  Upload upload = state_->upload;
  upload.bytes = state_->bytes;
  upload.total = upload.bytes;
  upload.is_complete = true;
  upload.at = workspace::utc_text(uploads_.clock_());
  try {
    sync_to_disk(path.parent_path());
    uploads_.workspace_.add_upload(
        {upload.id, upload.name, path.filename().string(), upload.bytes, upload.at, upload.by});
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
  is_finished_ = true;
  return upload;
}

// ---- Uploads ------------------------------------------------------------------------------------

Uploads::Uploads(workspace::Workspace& workspace, workspace::Clock clock, FreeSpace free_space)
    : workspace_(workspace),
      clock_(workspace::or_system_clock(std::move(clock))),
      free_space_(free_space ? std::move(free_space) : free_space_of) {
  sweep();
}

/// Deletes what a server that died has left: files that nobody sends any more, and one that had its
/// name already but was not recorded yet.
void Uploads::sweep() const {
  std::set<std::string> kept;
  for (const workspace::UploadRecord& record : workspace_.uploads()) kept.insert(record.file);
  for (const workspace::SourceRecord& source : workspace_.configuration().sources) {
    kept.insert(fs::path(source.path).filename().string());
  }
  std::error_code failure;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(workspace_.home().imports_folder(), failure)) {
    const std::string name = entry.path().filename().string();
    if (!is_ours(name) || kept.contains(name)) continue;
    const workspace::File file(
        ::open(entry.path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    // Whoever writes it holds its lock.
    if (file && ::fstat(file.descriptor(), &status) == 0 && S_ISREG(status.st_mode) && lock(file)) {
      ::unlink(entry.path().c_str());
    }
  }
}

std::unique_ptr<IncomingFile> Uploads::begin(std::string_view name, std::string by,
                                             std::optional<std::uint64_t> announced) {
  const fs::path folder = workspace_.home().imports_folder();
  const std::uint64_t limit = largest_upload(workspace_.configuration());
  if (announced && *announced > limit) fail_too_large(limit);
  const std::uint64_t free = free_space_(folder);
  if (free < kReserve || (announced && *announced > free - kReserve)) fail_full();

  auto state = std::make_shared<IncomingFile::State>();
  state->limit = limit;
  state->upload.id = random_id();
  state->upload.name = shown(name);
  state->upload.path = folder / fmt::format("{}-{}", state->upload.id, safe_file_name(name));
  state->upload.total = announced;
  state->upload.at = workspace::utc_text(clock_());
  state->upload.by = std::move(by);
  {
    const std::lock_guard guard(mutex_);
    if (coming_.size() >= kMostAtOnce) {
      throw Error("E-BUSY", fmt::format("{} files are being uploaded already.", kMostAtOnce),
                  "Wait until one of them is complete.");
    }
    coming_.emplace(state->upload.id, state);
  }
  try {
    workspace::File file = workspace::File::open(state->upload.path.string() + std::string(kPart),
                                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    lock(file);
    return std::unique_ptr<IncomingFile>(new IncomingFile(*this, state, std::move(file)));
  } catch (...) {
    const std::lock_guard guard(mutex_);
    coming_.erase(state->upload.id);
    throw;
  }
}

std::vector<Upload> Uploads::coming() const {
  const std::lock_guard guard(mutex_);
  std::vector<Upload> uploads;
  for (const auto& [id, state] : coming_) {
    uploads.push_back(state->upload);
    uploads.back().bytes = state->bytes;
  }
  return uploads;
}

std::vector<Upload> Uploads::list() const {
  std::vector<Upload> uploads = coming();
  std::vector<workspace::UploadRecord> records = workspace_.uploads();
  std::ranges::reverse(records);
  for (workspace::UploadRecord& record : records) {
    const fs::path path = workspace_.home().imports_folder() / record.file;
    std::error_code failure;
    if (!fs::is_regular_file(path, failure)) continue;  // somebody deleted it
    // Between its last byte and its end a file is both.
    std::erase_if(uploads, [&](const Upload& upload) {
      return !upload.is_complete && upload.id == record.id;
    });
    uploads.push_back({record.id, record.name, path, record.bytes, record.bytes, record.created_at,
                       record.created_by, true});
  }
  return uploads;
}

std::optional<Upload> Uploads::find(std::string_view id) const {
  for (Upload& upload : list()) {
    if (upload.id == id) return std::move(upload);
  }
  return std::nullopt;
}

void Uploads::remove(std::string_view id) {
  const std::optional<Upload> upload = find(id);
  if (!upload || !upload->is_complete) {
    throw Error("E-NOT-FOUND", "There is no such upload.");
  }
  for (const workspace::SourceRecord& source : workspace_.configuration().sources) {
    if (fs::path(source.path).lexically_normal() == upload->path.lexically_normal()) {
      throw Error("E-CONFLICT", fmt::format("The source of {} reads this file.", source.kind),
                  "Connect another file first, or remove the source.", {{"kind", source.kind}});
    }
  }
  if (::unlink(upload->path.c_str()) != 0 && errno != ENOENT) {
    throw workspace::file_error("Cannot delete", upload->path, errno);
  }
  workspace_.remove_upload(id);
}

}  // namespace ca::api
