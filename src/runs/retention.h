#pragma once

#include <string>
#include <vector>

#include "base/calendar.h"
#include "workspace/run_lock.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// The runs whose snapshots may go on `today` (ruling 47), given all of them in the order of
/// publication: all of the last 35 days stay, then the newest of each week (from Monday) for 365
/// days, then the newest of each month. Days are those of the workspace's zone, so a change of
/// clocks moves nothing. The newest of a week or month is the one that was published last, so a
/// period that is still growing old keeps one, and in the end its last.
std::vector<std::string> outlived(const std::vector<workspace::SnapshotRecord>& snapshots,
                                  Day today);

/// Deletes the outlived snapshots but never the one in force. Readers that have one mapped keep it.
void drop_old_snapshots(const workspace::RunLock& held, workspace::Workspace& workspace, Day today);

}  // namespace ca::runs
