#pragma once

#include <string>
#include <vector>

namespace ca::workspace {

/// The schedule as a person set it, in words that runs/schedule.h reads. Times are UTC, ISO 8601.
struct ScheduleRecord {
  std::string name;                   ///< a person's word for it
  std::string period;                 ///< hourly, 12_hours, daily, weekly or cron
  std::string cron;                   ///< five fields where the period is cron; else empty
  std::string at;                     ///< HH:MM; empty: midnight
  std::string timezone;               ///< IANA
  std::vector<std::string> analyses;  ///< stages of a run; empty: all
  bool is_full = false;               ///< its runs read every source from the beginning
  bool catch_up = true;  ///< one run for all that was missed while no server ran; else none
  bool is_enabled = true;
  std::string created_by;

  std::string created_at = {};    ///< when it was saved, given by ScheduleTable::save()
  std::string active_since = {};  ///< saved or resumed: what was due before is never made up for
  std::string next_run_at = {};   ///< empty while it is paused

  bool operator==(const ScheduleRecord&) const = default;
};

}  // namespace ca::workspace
