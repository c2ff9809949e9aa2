#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workspace/clock.h"
#include "workspace/files.h"
#include "workspace/workspace.h"

namespace ca::api {

/// A file that came, or is coming, over HTTP.
struct Upload {
  std::string id;
  std::string name;  ///< as the sender called it: to be shown, never a path
  std::filesystem::path path;
  std::uint64_t bytes = 0;             ///< so far
  std::optional<std::uint64_t> total;  ///< announced by the sender, perhaps with what is around it
  std::string at;                      ///< when it was complete, else when it began; UTC, ISO 8601
  std::string by;                      ///< a user's name
  bool is_complete = false;
};

/// A name for a file: letters, digits, dot, - and _ of the last part of the given path, at most 80
/// characters, not hidden; "upload" when nothing is left.
std::string safe_file_name(std::string_view name);

class Uploads;

/// A file while it comes. Destroyed without finish() nothing of it is left.
class IncomingFile {
 public:
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;
  ~IncomingFile();

  /// Errors: E-TOO-LARGE, E-DISK, and E-FILE when the disk refuses.
  void write(std::string_view piece);
  /// From now on it is a file that a source may name, also after a power cut. Error E-EMPTY for a
  /// file without a byte.
  Upload finish();

 private:
  friend class Uploads;
  struct State;
  IncomingFile(Uploads& uploads, std::shared_ptr<State> state, workspace::File file);

  void check_space();

  Uploads& uploads_;
  std::shared_ptr<State> state_;
  workspace::File file_;
  std::filesystem::path part_;
  std::uint64_t checked_at_ = 0;  ///< bytes after which the free space was looked at
  bool is_finished_ = false;
};

/// The files of people who upload, in imports_folder(): `<id>-<safe name>`, and with `.part` behind
/// it while it comes. For any thread.
class Uploads {
 public:
  /// Bytes that a user who is not root may still use on the disk of that folder.
  using FreeSpace = std::function<std::uint64_t(const std::filesystem::path&)>;

  static constexpr std::size_t kMostAtOnce = 8;
  /// Bytes of the disk that uploads leave free.
  static constexpr std::uint64_t kReserve = 64U << 20;

  /// Removes what dead processes have left.
  explicit Uploads(workspace::Workspace& workspace, workspace::Clock clock = {},
                   FreeSpace free_space = {});
  Uploads(const Uploads&) = delete;
  Uploads& operator=(const Uploads&) = delete;

  /// Errors: E-TOO-LARGE and E-DISK when `announced` says so beforehand; E-BUSY when kMostAtOnce
  /// come already.
  std::unique_ptr<IncomingFile> begin(std::string_view name, std::string by,
                                      std::optional<std::uint64_t> announced);
  /// Those that come, then complete ones, the newest first.
  std::vector<Upload> list() const;
  std::optional<Upload> find(std::string_view id) const;
  /// Deletes a complete one. Errors: E-NOT-FOUND; E-CONFLICT while a connected source reads it.
  void remove(std::string_view id);

 private:
  friend class IncomingFile;

  void sweep() const;
  std::vector<Upload> coming() const;

  workspace::Workspace& workspace_;
  workspace::Clock clock_;
  FreeSpace free_space_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<IncomingFile::State>, std::less<>> coming_;
};

}  // namespace ca::api
