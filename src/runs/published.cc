#include "runs/published.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/log.h"
#include "reports/snapshot.h"

namespace ca::runs {
namespace {

namespace fs = std::filesystem;
using workspace::SnapshotRecord;

bool is_recorded(const std::vector<SnapshotRecord>& snapshots, const std::string& run) {
  return std::ranges::find(snapshots, run, &SnapshotRecord::run) != snapshots.end();
}

/// What the snapshot's manifest says; nothing when it cannot be read.
std::optional<Day> day_of(const fs::path& snapshot) {
  try {
    return reports::read_manifest(snapshot).snapshot_date;
  } catch (const Error& error) {
    log::warning("snapshot not readable",
                 {{"snapshot", snapshot.filename().string()}, {"reason", error.message()}});
    return std::nullopt;
  }
}

/// The day on which the run began, in UTC: for a snapshot that cannot say it better.
std::optional<Day> begin_of(const workspace::Workspace& workspace, const std::string& run) {
  const std::optional<workspace::RunRecord> record = workspace.run(run);
  return record ? parse_day(record->started_at.substr(0, 10)) : std::nullopt;
}

std::string in_force(const workspace::Home& home) {
  return workspace::read_current(home).value_or(workspace::Current{}).snapshot;
}

bool was_published(const workspace::Workspace& workspace, const std::string& run) {
  if (!workspace.run(run)) return true;
  return std::ranges::any_of(workspace.stages(run), [](const workspace::StageRecord& stage) {
    return stage.stage == "publish" && stage.state == workspace::StageState::kOk;
  });
}

}  // namespace

std::vector<SnapshotRecord> published_snapshots(const workspace::Home& home,
                                                const workspace::Workspace& workspace) {
  std::vector<SnapshotRecord> snapshots = workspace.snapshots();
  const std::string current = in_force(home);
  if (!current.empty() && !is_recorded(snapshots, current)) {
    std::optional<Day> day = day_of(home.snapshots_folder() / current);
    if (!day) day = begin_of(workspace, current);
    if (day) snapshots.push_back({current, *day});
  }
  std::erase_if(snapshots, [&](const SnapshotRecord& snapshot) {
    return !fs::is_directory(home.snapshots_folder() / snapshot.run);
  });
  return snapshots;
}

void delete_snapshot(const workspace::Home& home, const std::string& run) {
  std::error_code failure;
  fs::remove_all(home.snapshots_folder() / run, failure);
  if (failure) {
    log::warning("cannot be deleted", {{"snapshot", run}, {"reason", failure.message()}});
  }
}

void settle_snapshots(const workspace::RunLock& held, workspace::Workspace& workspace) {
  const workspace::Home& home = held.home();
  const std::string current = in_force(home);
  const std::vector<SnapshotRecord> there = published_snapshots(home, workspace);
  for (const SnapshotRecord& recorded : workspace.snapshots()) {
    if (!is_recorded(there, recorded.run)) workspace.remove_snapshot(recorded.run);
  }
  for (const auto& entry : fs::directory_iterator(home.snapshots_folder())) {
    const std::string run = entry.path().filename().string();
    const bool is_ours = entry.is_directory() && !entry.is_symlink();
    if (!is_ours || is_recorded(workspace.snapshots(), run)) continue;
    if (run != current && !was_published(workspace, run)) {
      delete_snapshot(home, run);
      continue;
    }
    std::optional<Day> day = day_of(entry.path());
    if (!day) day = begin_of(workspace, run);
    if (day) workspace.add_snapshot(run, *day);
  }
}

}  // namespace ca::runs
