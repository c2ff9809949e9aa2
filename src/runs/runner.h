#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/calendar.h"
#include "base/cancellation.h"
#include "base/progress.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// The stages that this program has, in their order, by the names of ruling 55.
const std::vector<std::string>& stage_names();

struct RunOptions {
  std::optional<std::string> as_of;  ///< as a person writes it; default: the newest session
  std::set<std::string> only;        ///< empty: every stage
  std::set<std::string> skip;
  bool full = false;   ///< reads every source from the beginning
  std::string resume;  ///< an unfinished run that is gone on with; empty: none
  workspace::Trigger trigger = workspace::Trigger::kManual;
  std::string requested_by;    ///< who wants the run; empty: whoever runs this process
  std::size_t threads = 0;     ///< 0: the processors this process may use
  std::size_t memory = 0;      ///< bytes to plan with; 0: what this process may use
  std::int64_t request = 0;    ///< the waiting request that becomes this run; 0: none
  std::size_t partitions = 0;  ///< of the journeys; 0: by the number of sessions
  workspace::Clock clock;      ///< says which day the run is of
};

struct StageOutcome {
  std::string stage;
  workspace::StageState state = workspace::StageState::kPending;
  std::int64_t rows = 0;
  double seconds = 0;
  std::string error_code;
  std::string error_text;  ///< of a skipped stage: why
  std::string hint;
  bool is_idle = false;        ///< skipped because by the configuration there is nothing to do
  bool is_taken_over = false;  ///< ok because an earlier run had done it
};

struct RunOutcome {
  std::string run;
  workspace::RunState state = workspace::RunState::kRunning;
  std::vector<StageOutcome> stages;
  std::vector<std::string> warnings;
  double seconds = 0;
  bool is_published = false;
  std::string cancelled_by;  ///< empty: nobody
};

/// Executes the pipeline in this process: loads the sources into the store, checks them, builds the
/// journeys, computes the reports, publishes them by one rename. Holds the home's RunLock
/// throughout; first sweeps what a killed run has left. A failed stage fails alone and what needs
/// it is skipped; nothing that anyone can see changes before `publish`. Errors: E-BUSY when another
/// run works, E-NOT-CONNECTED, E-PARAM for unknown stages or moments.
RunOutcome run(const workspace::Home& home, workspace::Workspace& workspace,
               const RunOptions& options, Progress& progress, const Cancellation& cancellation);

/// A moment as a person writes it: without an offset the wall clock of the zone, a date alone the
/// end of its day (ruling 3). Error E-PARAM when it cannot be read.
Instant parse_moment(std::string_view text, const Zone& zone);

}  // namespace ca::runs
