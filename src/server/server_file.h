#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "workspace/files.h"
#include "workspace/home.h"

namespace ca::server {

/// What server.json says of the server of a home.
struct RunningServer {
  pid_t pid = 0;
  std::uint64_t start_time = 0;  ///< of the process, as /proc/<pid>/stat tells it: no other process
                                 ///< with this number has the same
  std::string url;
  std::string version;
  std::string started_at;  ///< UTC, ISO 8601
};

/// When a process started, in clock ticks since the machine did; nothing when there is none.
std::optional<std::uint64_t> start_time_of(pid_t pid);

/// The server of this home, when that very process is alive; whatever listens on its port does not
/// matter.
std::optional<RunningServer> find_server(const workspace::Home& home);
/// Whether that process is still the one that was found.
bool is_alive(const RunningServer& server);

/// The right to be the server of a home: one process at a time (server.lock). It writes server.json
/// when it serves, and removes it at its end.
class ServerPlace {
 public:
  /// Throws Error E-SERVER, which says where the other one answers, when there is another one.
  static ServerPlace take(const workspace::Home& home);
  ServerPlace(ServerPlace&& other) noexcept = default;
  ServerPlace& operator=(ServerPlace&&) = delete;
  ~ServerPlace();

  /// Writes server.json: from now on find_server() finds this process.
  void announce(const std::string& url, const std::string& version);

 private:
  ServerPlace(std::filesystem::path path, workspace::File lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  workspace::File lock_;
  pid_t owner_ = 0;  ///< who announced; a forked child removes nothing
};

}  // namespace ca::server
