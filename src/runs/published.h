#pragma once

#include <string>
#include <vector>

#include "workspace/run_lock.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// The snapshots that were published and are still there, in the order of publication: the last one
/// of a day is that day's. What decides is the record, not the names of folders, which follow a
/// clock that may have been set back, and not their manifests, which may be damaged. `current`
/// counts from the moment it is replaced, also before the run that did it has recorded it.
std::vector<workspace::SnapshotRecord> published_snapshots(const workspace::Home& home,
                                                           const workspace::Workspace& workspace);

/// Deletes the snapshot's folder. What cannot be deleted now is logged and left to a later run,
/// which finds it by settle_snapshots().
void delete_snapshot(const workspace::Home& home, const std::string& run);

/// Makes the record and the folder of snapshots agree, after runs that died and for a home that is
/// older than the record: adds what was published and is not recorded, forgets what is gone, and
/// deletes what no run came to publish. A finished snapshot of a run that nobody remembers, because
/// workspace.sqlite was replaced, counts as published. Call it after mark_interrupted().
void settle_snapshots(const workspace::RunLock& held, workspace::Workspace& workspace);

}  // namespace ca::runs
