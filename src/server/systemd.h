#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace ca::server {

/// Tells the service manager how the service is (sd_notify(3)): "READY=1", "STOPPING=1",
/// "WATCHDOG=1". Nothing happens where nobody asked for it by $NOTIFY_SOCKET.
void notify_systemd(std::string_view state);

/// How often the manager wants to hear "WATCHDOG=1", halved, so that one may get late; nothing when
/// it does not watch this process.
std::optional<std::chrono::milliseconds> watchdog_time();

}  // namespace ca::server
