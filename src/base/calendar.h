#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ca {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

/// A moment: microseconds since 1970-01-01 00:00 UTC. Durations are differences of instants.
struct Instant {
  std::int64_t micros = 0;
  auto operator<=>(const Instant&) const = default;
};

/// A calendar day of the workspace's zone: days since 1970-01-01. Weeks and months are named by
/// their first day (Monday, the 1st), so they are days too.
struct Day {
  std::int32_t number = 0;
  auto operator<=>(const Day&) const = default;
  Day operator+(std::int32_t days) const { return {number + days}; }
  Day operator-(std::int32_t days) const { return {number - days}; }
  std::int32_t operator-(Day other) const { return number - other.number; }
};

enum class Period : std::uint8_t { kHourly, kDaily, kWeekly, kMonthly };

/// "hourly", "daily", "weekly", "monthly": the names of period columns and report prefixes.
std::string_view name_of(Period period);

Day monday_of(Day day);
Day first_of_month(Day day);
/// The first day of the bucket of `day`; `period` is daily, weekly or monthly.
Day bucket_of(Day day, Period period);
/// The first day of the bucket after the one that begins at `bucket`.
Day next_bucket(Day bucket, Period period);
/// The number of the bucket of `day`, counted from that of 1970-01-01: neighbours differ by one, so
/// that a difference says how many days, weeks or months lie between two days.
std::int32_t bucket_number(Day day, Period period);
/// The first day of the bucket of that number.
Day bucket_begin(std::int32_t number, Period period);
/// 1 = Monday ... 7 = Sunday.
int iso_weekday(Day day);

Day day_from_civil(int year, unsigned month, unsigned day);
std::optional<Day> parse_day(std::string_view text);  ///< YYYY-MM-DD, nothing else
std::string format_day(Day day);                      ///< YYYY-MM-DD

/// What reading a wall-clock time in a zone had to decide.
enum class LocalReading : std::uint8_t { kUnique, kSkipped, kRepeated };

struct LocalTime {
  Day day;
  std::int64_t micros_of_day = 0;
  std::uint8_t hour() const { return static_cast<std::uint8_t>(micros_of_day / kMicrosPerHour); }
};

/// An IANA time zone as a table of offsets from 1900 on. Immutable, safe to share between threads.
class Zone {
 public:
  /// Throws Error E-PARAM for a name the system's tzdata does not know.
  static Zone find(std::string_view name);
  static Zone utc();

  const std::string& name() const { return name_; }

  LocalTime to_local(Instant instant) const;

  struct Read {
    Instant instant;
    LocalReading reading = LocalReading::kUnique;
  };
  /// Wall clock to instant. A time that the change to summer time skips moves forward by the gap;
  /// one that occurs twice means the first (ruling 1).
  Read from_local(Day day, std::int64_t micros_of_day) const;

  Instant start_of(Day day) const { return from_local(day, 0).instant; }
  /// The last microsecond of the day.
  Instant end_of(Day day) const { return {start_of(day + 1).micros - 1}; }

  /// `YYYY-MM-DDTHH:MM:SS[.ffffff]` of the wall clock (ruling 69).
  std::string format(Instant instant) const;

 private:
  struct Span {
    std::int64_t utc_begin;    ///< first microsecond with this offset
    std::int64_t local_begin;  ///< wall clock from which this offset is used to read local times
    std::int64_t offset;       ///< local minus UTC, microseconds
  };

  std::string name_;
  std::vector<Span> spans_;
};

/// The version of the system's time-zone data that zones are made from, as "2024a", or "unknown"
/// when it does not say (tz_version.cc).
const std::string& tz_version();
/// The same of the data in that folder.
std::string tz_version_in(const std::filesystem::path& zoneinfo);

/// Strict reading of ruling 2's textual forms, shared by ingest and the command line
/// (read_instant.cc).
enum class InstantReading : std::uint8_t {
  kExact = 0,
  kMissing = 1,  ///< empty, a null word, or 1900-01-01 00:00:00
  kUnreadable = 2,
  kSkipped = 3,   ///< wall clock inside a DST gap, moved forward
  kRepeated = 4,  ///< wall clock that occurs twice, the first taken
  kDateOnly = 5   ///< a date without a time: midnight of the zone
};

struct ReadInstant {
  Instant instant;
  InstantReading reading = InstantReading::kMissing;
};

/// Reads an ISO date or date-time (`T` or blank; seconds, fraction and offset optional), or epoch
/// seconds (9 to 10 digits) or milliseconds (12 to 13). A wall clock is read in `zone`. With a
/// `pattern` (strptime's letters) only that form is read.
ReadInstant read_instant(std::string_view text, const Zone& zone, const std::string& pattern = {});

/// Whether the trimmed text stands for "no value" (ruling 10): empty, none, nan, null or -, of any
/// case.
bool is_null_word(std::string_view text);
std::string_view trim(std::string_view text);

}  // namespace ca
