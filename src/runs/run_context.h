#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/cancellation.h"
#include "ingest/load.h"
#include "runs/runner.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// What the stages of one run know of it and none of them changes.
struct RunContext {
  const workspace::Home& home;
  workspace::Workspace& workspace;
  const RunOptions& options;
  const Cancellation& cancellation;
  workspace::Clock clock;
  workspace::Configuration configuration;
  ingest::ShopPlan plan;
  Zone zone;
  std::size_t threads;
  std::size_t memory;  ///< bytes that may be planned with
  std::optional<Instant> as_of;
  workspace::Current current;  ///< what was in force when the run began
  std::string configuration_hash;
  std::string run;

  bool is_wanted(std::string_view stage) const {
    const std::string name(stage);
    return (options.only.empty() || options.only.contains(name)) && !options.skip.contains(name);
  }
  /// A line of the run's log.
  void note(std::string_view stage, const std::string& message,
            workspace::Level level = workspace::Level::kInfo) const {
    workspace.event(run, level, stage, {}, message);
  }
  /// Which day the run is of, in the workspace's zone.
  Day today() const {
    const auto now =
        std::chrono::duration_cast<std::chrono::microseconds>(clock().time_since_epoch());
    return zone.to_local({now.count()}).day;
  }
  std::filesystem::path snapshot_folder() const { return home.snapshots_folder() / run; }
};

}  // namespace ca::runs
