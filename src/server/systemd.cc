#include "server/systemd.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <string>

namespace ca::server {
namespace {

std::optional<std::int64_t> number_in(const char* name) {
  const char* text = ::getenv(name);
  if (text == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const char* end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, number);
  if (error != std::errc() || at != end) return std::nullopt;
  return number;
}

}  // namespace

void notify_systemd(std::string_view state) {
  const char* path = ::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || std::strlen(path) < 2 || std::strlen(path) >= sizeof(address.sun_path)) {
    return;
  }
  address.sun_family = AF_UNIX;
  const std::size_t size = std::strlen(path);
  std::memcpy(address.sun_path, path, size);
  if (path[0] == '@') address.sun_path[0] = '\0';  // a name outside the file system
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
           reinterpret_cast<const sockaddr*>(&address),
           static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size));
  ::close(socket);
}

std::optional<std::chrono::milliseconds> watchdog_time() {
  const std::optional<std::int64_t> micros = number_in("WATCHDOG_USEC");
  const std::optional<std::int64_t> pid = number_in("WATCHDOG_PID");
  if (!micros || *micros <= 0 || (pid && *pid != ::getpid())) return std::nullopt;
  return std::chrono::milliseconds(std::max<std::int64_t>(*micros / 2'000, 1));
}

}  // namespace ca::server
