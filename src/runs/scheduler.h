#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/calendar.h"
#include "runs/runner.h"
#include "runs/schedule.h"
#include "workspace/schedule_table.h"
#include "workspace/workspace.h"

namespace ca::runs {

/// A run that the schedule wants now.
struct DueRun {
  std::string schedule;  ///< its name
  Instant slot;          ///< the moment it was due at; of several that were missed the last
  bool is_late = false;  ///< it makes up for what was missed
  RunOptions options;    ///< stages, full or not, the trigger kSchedule
};

/// Asks for runs when the workspace's schedule says so. Any number of processes may have one for
/// the same home: each slot is taken by one of them. What is taken but never asked for, because the
/// process died in between, is taken again after a minute; so a run may be asked for twice only
/// where a process dies between asking and noting it.
///
/// A slot that passed more than five minutes ago was missed. All missed ones together are made up
/// for by one run if the schedule says `catch_up`, else by none. What was due before the schedule
/// was saved or resumed is not looked at, so another schedule never repeats runs. One that a clock
/// which was ahead has saved or resumed counts from now.
class Scheduler {
 public:
  /// Must return soon; called on the thread of tick(). An Error is logged, and asked again later.
  using Ask = std::function<void(const DueRun&)>;
  /// Called at start and then once a day by start()'s thread; empty: keep_house().
  using Daily = std::function<void(workspace::TimePoint)>;

  Scheduler(workspace::Workspace& workspace, Ask ask, Daily daily = {});
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();  ///< stops

  /// Asks for the run that is due at `now`, if one is and nobody else took it, and says which.
  /// Errors of the workspace are thrown. Not for several threads at once.
  std::optional<DueRun> tick(workspace::TimePoint now);

  /// Ticks once a second by the system's clock on a thread of its own, until stop(). Errors are
  /// logged there.
  void start();
  void stop();

 private:
  std::optional<DueRun> take(workspace::TimePoint now);
  void set_back(const workspace::ScheduleRecord& record, workspace::TimePoint now);
  std::optional<DueRun> take_abandoned(const workspace::ScheduleRecord& record,
                                       workspace::TimePoint now);
  const Schedule& read(const workspace::ScheduleRecord& record);
  void keep_ticking();
  void tick_logged(workspace::TimePoint now);

  workspace::Workspace& workspace_;
  workspace::ScheduleTable table_;
  Ask ask_;
  Daily daily_;
  std::optional<workspace::ScheduleRecord> record_;  ///< what schedule_ was read from
  Schedule schedule_;
  workspace::TimePoint pruned_at_{};
  std::optional<workspace::TimePoint> daily_at_;
  std::string last_error_;  ///< so that the same one is not logged every second

  std::mutex mutex_;  ///< guards is_stopped_
  std::condition_variable stopped_;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace ca::runs
