#include "server/server_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "workspace/clock.h"

namespace ca::server {
namespace {

using workspace::File;
using workspace::Home;

std::filesystem::path file_of(const Home& home) { return home.folder() / "server.json"; }

std::optional<RunningServer> read(const std::filesystem::path& path) {
  const auto json = nlohmann::json::parse(workspace::read_file(path).value_or(""), nullptr, false);
  if (!json.is_object()) return std::nullopt;
  RunningServer server;
  try {
    server.pid = json.at("pid").get<pid_t>();
    server.start_time = json.at("start_time").get<std::uint64_t>();
    server.url = json.at("url").get<std::string>();
    server.version = json.at("version").get<std::string>();
    server.started_at = json.at("started_at").get<std::string>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  return server;
}

}  // namespace

std::optional<std::uint64_t> start_time_of(pid_t pid) {
  if (pid <= 0) return std::nullopt;
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  const std::string text(std::istreambuf_iterator<char>(in), {});
  // The name of the program, in parentheses, may hold blanks and parentheses itself.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(text.substr(name_end + 1));
  std::string field;
  constexpr int state = 3;
  constexpr int start_time = 22;
  for (int number = state; number < start_time; ++number) {
    fields >> field;
    if (number == state && (field == "Z" || field == "X")) return std::nullopt;
  }
  std::uint64_t ticks = 0;
  if (!(fields >> ticks)) return std::nullopt;
  return ticks;
}

bool is_alive(const RunningServer& server) {
  return start_time_of(server.pid) == server.start_time;
}

std::optional<RunningServer> find_server(const Home& home) {
  std::optional<RunningServer> server = read(file_of(home));
  if (!server || !is_alive(*server)) return std::nullopt;
  return server;
}

ServerPlace ServerPlace::take(const Home& home) {
  const std::filesystem::path path = home.folder() / "server.lock";
  File lock = File::open(path, O_RDWR | O_CREAT);
  while (::flock(lock.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) throw workspace::file_error("Cannot lock", path, errno);
    const std::optional<RunningServer> other = find_server(home);
    throw Error("E-SERVER",
                other ? fmt::format("A server of this home is running at {} (process {}).",
                                    other->url, other->pid)
                      : "A server of this home is starting.",
                "Use that one, or end it with `customeranalytics stop`.");
  }
  return {file_of(home), std::move(lock)};
}

void ServerPlace::announce(const std::string& url, const std::string& version) {
  owner_ = ::getpid();
  const nlohmann::json json = {
      {"pid", owner_},
      {"start_time", start_time_of(owner_).value_or(0)},
      {"url", url},
      {"version", version},
      {"started_at", workspace::utc_text(std::chrono::system_clock::now())},
  };
  workspace::replace_file(path_, json.dump() + "\n");
}

ServerPlace::~ServerPlace() {
  if (!lock_ || owner_ != ::getpid()) return;
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace ca::server
