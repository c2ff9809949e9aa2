#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "runs/cron.h"
#include "workspace/clock.h"
#include "workspace/schedule_record.h"

namespace ca::runs {

enum class SchedulePeriod : std::uint8_t { kOnce, kHourly, k12Hours, kDaily, kWeekly, kCron };

/// "once", "hourly", "12_hours", "daily", "weekly", "cron".
std::string_view name_of(SchedulePeriod period);
/// The one of that name or of the aliases "12h" and "12 hours"; nothing for any other word.
std::optional<SchedulePeriod> schedule_period_of(std::string_view name);

/// When runs are due. Wall-clock times are those of `zone`.
///
/// 12_hours, daily, weekly and cron with a time of day name wall-clock times: one that a change of
/// the clocks skips is due at the end of the gap, one that comes twice the first time only. A day
/// that a zone left out altogether (Apia, 2011-12-30) has no run.
/// hourly and cron with `*` hours name a pace: hourly is due exactly every 3,600 seconds, first
/// when the clock shows the minutes of `at` after `since`; a cron of every hour whenever the clock
/// shows such a minute, also in an hour that comes twice, and not in one that is skipped.
struct Schedule {
  SchedulePeriod period = SchedulePeriod::kDaily;
  std::optional<Cron> cron;
  std::int64_t at_minutes = 0;  ///< after midnight; of hourly its minutes count alone
  Zone zone = Zone::utc();
  Instant since;  ///< when it was saved
};

/// Reads the words of a record. Where the period is five fields itself it is cron. Errors: E-PARAM,
/// which names the field, for a period, cron expression, time, zone or stage that is none, or parts
/// that do not go together.
Schedule read_schedule(const workspace::ScheduleRecord& record);
/// The same record in the words that are stored: no aliases, a cron expression where it belongs,
/// the zone `zone` where none is named, a name where it has none. Where its stages make reports it
/// has exploratory and publish too, without which their work would be thrown away, in their order.
/// Same errors.
workspace::ScheduleRecord normalised(workspace::ScheduleRecord record, std::string_view zone);
/// Refuses what a run that happens once, at once, cannot keep: a time, a zone, no catching up.
/// Error E-PARAM, which names the field.
void check_once(const workspace::ScheduleRecord& record);

/// The first moment after `after` at which a run is due; none for once. Depends on nothing else.
std::optional<Instant> next_slot(const Schedule& schedule, Instant after);
/// The next `count` of them.
std::vector<Instant> next_slots(const Schedule& schedule, Instant after, std::size_t count);
/// The last one in (after, until], however many lie between.
std::optional<Instant> last_slot(const Schedule& schedule, Instant after, Instant until);

Instant to_instant(workspace::TimePoint time);
workspace::TimePoint to_time_point(Instant instant);
/// next_slot() as it is stored; empty when there is none.
std::string next_run_text(const Schedule& schedule, Instant after);

}  // namespace ca::runs
