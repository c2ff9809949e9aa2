#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/cancellation.h"
#include "base/progress.h"
#include "runs/runner.h"
#include "runs/stage_graph.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// What a stage of a run does.
struct Stage {
  const StageNode& node;
  std::function<std::int64_t(Progress&)> work;  ///< returns the rows it is about
  /// Why there is nothing to do ("no temporary path is configured"), or empty.
  std::function<std::string()> idle = {};
  /// Its rows, where what it makes is taken over from an earlier run.
  std::optional<std::int64_t> taken_over = {};
};

/// Performs the stages of one run and records how each ended, in `outcome` and in the record of
/// runs. Stages that do not wait for one another work at the same time, each led by a thread of its
/// own. A stage that throws fails alone; what needs it is skipped, and once cancelled every later
/// stage is.
class Stages {
 public:
  Stages(workspace::Workspace& workspace, Progress& progress, const Cancellation& cancellation,
         RunOutcome& outcome)
      : workspace_(workspace), progress_(progress), cancellation_(cancellation), run_(outcome) {}
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  /// All of them, in the order of the graph, at most `at_once` at the same time. Returns when all
  /// have ended. Throws when the record of runs could not be written.
  void perform(const std::vector<Stage>& stages, std::size_t at_once);

  /// For a stage at work: waits until another, which it meets, has ended. Says whether it did well.
  bool meet(const std::string& stage);
  /// How the stage ended; nothing when it did not run or has not ended. For any thread.
  std::optional<workspace::StageState> ended(const std::string& stage) const;
  /// Records how the run ended.
  void conclude();

 private:
  struct Entry {
    const Stage* stage;  ///< alive during perform()
    enum class State : std::uint8_t { kWaiting, kAtWork, kEnded } state = State::kWaiting;
    StageOutcome outcome;
  };

  const Entry* find(const std::string& stage) const;
  bool is_ready(const Stage& stage) const;
  /// Ends a stage that is ready but has nothing to do, or starts its thread.
  void begin(Entry& entry);
  void end_without_work(const Stage& stage, StageOutcome& outcome) const;
  void lead(Entry& entry);
  void attempt(const Stage& stage, StageOutcome& outcome);
  void record(const StageOutcome& outcome);

  workspace::Workspace& workspace_;
  Progress& progress_;
  const Cancellation& cancellation_;
  RunOutcome& run_;

  mutable std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::list<Entry> entries_;
  std::size_t at_work_ = 0;     ///< without those that wait for one they meet
  std::exception_ptr failure_;  ///< of recording
  std::vector<std::thread> threads_;
};

}  // namespace ca::runs
