#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ca::workspace {

using TimePoint = std::chrono::system_clock::time_point;

/// What tells the time. An empty one means the system's clock; tests pass their own.
using Clock = std::function<TimePoint()>;

/// `clock` itself, or the system's when it is empty.
Clock or_system_clock(Clock clock);

/// `YYYY-MM-DDTHH:MM:SS.mmmZ`: how every time is stored in the home. Texts sort as times do.
std::string utc_text(TimePoint time);
/// The time that utc_text() wrote, to the millisecond. Throws Error E-HOME for any other text.
TimePoint parse_utc_text(const std::string& text);
/// Reads utc_text() back; nothing for any other text.
std::optional<TimePoint> utc_time(std::string_view text);
/// `YYYYMMDDTHHMMSS`, UTC: the beginning of a run's id.
std::string utc_stamp(TimePoint time);

}  // namespace ca::workspace
