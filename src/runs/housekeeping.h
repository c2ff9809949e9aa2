#pragma once

#include <cstdint>

#include "workspace/workspace.h"

namespace ca::runs {

/// [workspace] retention_days, 180 where nothing is set. Error E-PARAM for what is no such number.
std::int64_t retention_days(const workspace::Configuration& configuration);

/// Deletes from the workspace's record what is older than
/// retention_days() (workspace/forget.h). At the end of a run, and once a day by the Scheduler.
void keep_house(const workspace::Workspace& workspace, workspace::TimePoint now);

}  // namespace ca::runs
