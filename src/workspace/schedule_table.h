#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "workspace/clock.h"
#include "workspace/schedule_record.h"
#include "workspace/workspace.h"

namespace ca::workspace {

/// The schedule of a home and the moments for which its runs were taken, in workspace.sqlite by a
/// connection of its own. For any thread, and any number of processes. What it writes survives a
/// power cut. Errors as Workspace's.
class ScheduleTable {
 public:
  /// Of a workspace that is open, so that the tables are there; it need not stay.
  explicit ScheduleTable(const Workspace& workspace);
  ScheduleTable(const ScheduleTable&) = delete;
  ScheduleTable& operator=(const ScheduleTable&) = delete;
  ~ScheduleTable();

  /// Saves the schedule in place of the one before and returns whether there was one. What was due
  /// before now is not made up for. `next_run_at` is taken over.
  bool save(const ScheduleRecord& schedule, TimePoint now);
  std::optional<ScheduleRecord> read() const;
  /// False when there was none.
  bool remove();
  /// Pauses or resumes it; false when there is nothing to change. What falls into a pause is not
  /// made up for.
  bool enable(bool is_enabled, std::string_view next_run_at, TimePoint now);

  /// Corrects what a clock that was ahead has saved: the schedule counts from `now`, as if it had
  /// been saved then. Does nothing when it has changed meanwhile.
  void set_back(const ScheduleRecord& schedule, std::string_view next_run_at, TimePoint now);

  /// The newest moment not after `now` for which a run was taken, by whatever schedule.
  std::optional<TimePoint> newest_slot(TimePoint now) const;
  /// Takes the right to ask for the run of that moment: true for one caller only, in whatever
  /// thread or process. False as well when the schedule has changed meanwhile or a later moment was
  /// taken already. With `is_asked` nothing is to be asked for, which is how a moment is passed
  /// over. Errors leave it free.
  bool take_slot(const ScheduleRecord& schedule, TimePoint slot, TimePoint now,
                 std::string_view next_run_at, bool is_asked);
  /// Notes that the run of a slot was asked for.
  void slot_asked(TimePoint slot, TimePoint now);
  /// Takes again the newest slot that was taken at or before `taken_until` and never asked for,
  /// because its process died between the two; again true for one caller only. Earlier ones are
  /// given up, for one run stands for all.
  std::optional<TimePoint> take_abandoned_slot(TimePoint taken_until, TimePoint now);
  /// Forgets slots before that moment, but never the newest one that is not after `now`; returns
  /// their number.
  int prune_slots(TimePoint before, TimePoint now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ca::workspace
