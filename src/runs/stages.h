#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "runs/recorded_progress.h"
#include "runs/runner.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// One node of a run. `needs` are the stages that must not have failed before it; those that were
/// not asked for do not count.
struct Stage {
  std::string name;
  std::vector<std::string> needs;
  std::function<std::int64_t()> work;  ///< returns the rows it is about
  /// Why there is nothing to do ("no temporary path is configured"), or empty.
  std::function<std::string()> idle = {};
};

/// Performs the stages of one run, one after the other, and records how each ended, in `outcome`
/// and in the record of runs. A stage that throws fails alone; what needs it is skipped, and once
/// cancelled every later stage is.
class Stages {
 public:
  Stages(workspace::Workspace& workspace, RecordedProgress& progress,
         const Cancellation& cancellation, RunOutcome& outcome)
      : workspace_(workspace), progress_(progress), cancellation_(cancellation), run_(outcome) {}

  void perform(const Stage& stage);
  /// How the stage ended; null when it did not run.
  const StageOutcome* ended(const std::string& stage) const;
  /// Records how the run ended.
  void conclude();

 private:
  void attempt(const Stage& stage, StageOutcome& outcome);
  void record(const StageOutcome& outcome);

  workspace::Workspace& workspace_;
  RecordedProgress& progress_;
  const Cancellation& cancellation_;
  RunOutcome& run_;
};

}  // namespace ca::runs
