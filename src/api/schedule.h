#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "workspace/schedule_record.h"
#include "workspace/workspace.h"

namespace ca::api {

/// The schedule of a home, and when it will ask for runs. Moments are UTC, ISO 8601.
struct ScheduleState {
  std::optional<workspace::ScheduleRecord> schedule;
  std::vector<std::string> next_runs;  ///< at most five; empty while it is paused
};

ScheduleState schedule_state(const workspace::Workspace& workspace, workspace::TimePoint now);

/// The next runs of a schedule that is not saved. Errors as runs::read_schedule().
ScheduleState preview_schedule(const workspace::Workspace& workspace,
                               const workspace::ScheduleRecord& words, workspace::TimePoint now);

struct SavedSchedule : ScheduleState {
  bool is_replaced = false;  ///< there was one before
};

/// Saves a schedule in place of the one before. Without a zone it gets the workspace's. Errors: as
/// preview_schedule(); E-PARAM for once, which is a run and no schedule; M-NEED-BOTH, whose details
/// say what is missing, when no sessions are connected. A shop without customers derives them, so
/// sessions suffice (ruling 63).
SavedSchedule set_schedule(workspace::Workspace& workspace, const workspace::ScheduleRecord& words,
                           workspace::TimePoint now);

/// Pauses or resumes it. Throws Error E-NOT-FOUND when there is none.
ScheduleState enable_schedule(workspace::Workspace& workspace, bool is_enabled,
                              workspace::TimePoint now);

/// {"state": "none" | "enabled" | "paused", "schedule": {...} or null, "next_runs": [...]}
nlohmann::json to_json(const ScheduleState& state);

}  // namespace ca::api
