#include "runs/scheduler.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/log.h"
#include "runs/housekeeping.h"

namespace ca::runs {
namespace {

using workspace::ScheduleRecord;
using workspace::TimePoint;

constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kPatience = std::chrono::minutes(5);
constexpr auto kAbandonedAfter = std::chrono::minutes(1);
/// A schedule that was saved so much after now was saved by another clock than the one that ticks.
constexpr auto kAhead = std::chrono::minutes(1);
constexpr auto kSlotsKept = std::chrono::hours(24 * 35);
constexpr auto kDay = std::chrono::hours(24);

TimePoint since(const ScheduleRecord& record) {
  const auto time = workspace::utc_time(record.active_since);
  if (time) return *time;
  throw Error("E-HOME", "The record of the schedule cannot be read.", "Set the schedule again.");
}

DueRun due_run(const ScheduleRecord& record, TimePoint slot, TimePoint now) {
  DueRun due;
  due.schedule = record.name;
  due.slot = to_instant(slot);
  due.is_late = now - slot > kPatience;
  due.options.only.insert(record.analyses.begin(), record.analyses.end());
  due.options.full = record.is_full;
  due.options.trigger = workspace::Trigger::kSchedule;
  return due;
}

}  // namespace

Scheduler::Scheduler(workspace::Workspace& workspace, Ask ask, Daily daily)
    : workspace_(workspace), table_(workspace), ask_(std::move(ask)), daily_(std::move(daily)) {
  if (!daily_) daily_ = [this](TimePoint now) { keep_house(workspace_, now); };
}

Scheduler::~Scheduler() { stop(); }

const Schedule& Scheduler::read(const ScheduleRecord& record) {
  ScheduleRecord words = record;
  words.next_run_at.clear();
  if (record_ != words) {
    schedule_ = read_schedule(words);
    record_ = std::move(words);
  }
  return schedule_;
}

void Scheduler::set_back(const ScheduleRecord& record, TimePoint now) {
  ScheduleRecord corrected = record;
  corrected.active_since = workspace::utc_text(now);
  corrected.created_at = std::min(corrected.created_at, corrected.active_since);
  table_.set_back(record, next_run_text(read_schedule(corrected), to_instant(now)), now);
  log::warning("schedule of a clock that was ahead", {{"since", record.active_since}});
}

std::optional<DueRun> Scheduler::take_abandoned(const ScheduleRecord& record, TimePoint now) {
  const auto slot = table_.take_abandoned_slot(now - kAbandonedAfter, now);
  // One of a schedule that was replaced meanwhile is of no interest any more.
  if (!slot || *slot <= since(record)) {
    if (slot) table_.slot_asked(*slot, now);
    return std::nullopt;
  }
  return due_run(record, *slot, now);
}

std::optional<DueRun> Scheduler::take(TimePoint now) {
  const std::optional<ScheduleRecord> record = table_.read();
  if (!record || !record->is_enabled) return std::nullopt;
  if (since(*record) > now + kAhead) {
    set_back(*record, now);
    return std::nullopt;
  }
  if (auto due = take_abandoned(*record, now)) return due;
  const Schedule& schedule = read(*record);
  TimePoint after = since(*record);
  if (const auto newest = table_.newest_slot(now)) after = std::max(after, *newest);
  if (after >= now) return std::nullopt;
  const auto last = last_slot(schedule, to_instant(after), to_instant(now));
  if (!last) return std::nullopt;
  const DueRun due = due_run(*record, to_time_point(*last), now);
  const bool is_passed_over = due.is_late && !record->catch_up;
  if (!table_.take_slot(*record, to_time_point(*last), now,
                        next_run_text(schedule, to_instant(now)), is_passed_over)) {
    return std::nullopt;
  }
  if (!is_passed_over) return due;
  log::info("scheduled run missed",
            {{"schedule", due.schedule}, {"slot", workspace::utc_text(to_time_point(due.slot))}});
  return std::nullopt;
}

std::optional<DueRun> Scheduler::tick(TimePoint now) {
  if (now - pruned_at_ > kDay) {
    table_.prune_slots(now - kSlotsKept, now);
    pruned_at_ = now;
  }
  std::optional<DueRun> due = take(now);
  if (!due) return std::nullopt;
  log::info("scheduled run due", {{"schedule", due->schedule},
                                  {"slot", workspace::utc_text(to_time_point(due->slot))},
                                  {"late", due->is_late}});
  ask_(*due);
  table_.slot_asked(to_time_point(due->slot), now);
  return due;
}

void Scheduler::tick_logged(TimePoint now) {
  try {
    tick(now);
    if (!daily_at_ || now - *daily_at_ >= kDay) {
      daily_at_ = now;
      daily_(now);
    }
    last_error_.clear();
  } catch (const Error& error) {
    if (last_error_ != error.message()) {
      last_error_ = error.message();
      log::warning("schedule failed", {{"code", error.code()}, {"message", error.message()}});
    }
  } catch (const std::exception& failure) {
    if (last_error_ != failure.what()) {
      last_error_ = failure.what();
      log::error("schedule failed", {{"message", failure.what()}});
    }
  }
}

void Scheduler::keep_ticking() {
  std::unique_lock lock(mutex_);
  while (!is_stopped_) {
    lock.unlock();
    tick_logged(std::chrono::system_clock::now());
    lock.lock();
    stopped_.wait_for(lock, kTick, [this] { return is_stopped_; });
  }
}

void Scheduler::start() {
  stop();
  is_stopped_ = false;
  thread_ = std::thread([this] { keep_ticking(); });
}

void Scheduler::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace ca::runs
