#include "runs/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/log.h"
#include "base/messages.h"
#include "runs/recorded_progress.h"

namespace ca::runs {
namespace {

using workspace::RunState;
using workspace::StageState;

std::string message_of(const StageOutcome& outcome) {
  switch (outcome.state) {
    case StageState::kFailed:
      return message_text("M-RUN-STAGE-FAIL",
                          {{"stage", outcome.stage}, {"cause", outcome.error_text}});
    case StageState::kOk:
      if (outcome.is_taken_over) return fmt::format("{} is taken over.", outcome.stage);
      return message_text("M-RUN-STAGE-OK", {{"stage", outcome.stage},
                                             {"rows", fmt::format("{}", outcome.rows)},
                                             {"sec", fmt::format("{:.1f}", outcome.seconds)}});
    case StageState::kSkipped:
      return fmt::format("{} skipped: {}.", outcome.stage, outcome.error_text);
    case StageState::kPending:
    case StageState::kRunning:
    case StageState::kCancelled: break;
  }
  return fmt::format("{} {}.", outcome.stage, name_of(outcome.state));
}

}  // namespace

const Stages::Entry* Stages::find(const std::string& stage) const {
  const auto found = std::ranges::find_if(
      entries_, [&](const Entry& entry) { return entry.outcome.stage == stage; });
  return found == entries_.end() ? nullptr : &*found;
}

std::optional<StageState> Stages::ended(const std::string& stage) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(stage);
  if (entry == nullptr || entry->state != Entry::State::kEnded) return std::nullopt;
  return entry->outcome.state;
}

bool Stages::is_ready(const Stage& stage) const {
  const auto has_ended = [this](const std::string& other) {
    const Entry* entry = find(other);
    return entry == nullptr || entry->state == Entry::State::kEnded;
  };
  return std::ranges::all_of(stage.node.needs, has_ended) &&
         std::ranges::all_of(stage.node.uses, has_ended) &&
         std::ranges::all_of(stage.node.meets, [this](const std::string& other) {
           const Entry* entry = find(other);
           return entry == nullptr || entry->state != Entry::State::kWaiting;
         });
}

void Stages::perform(const std::vector<Stage>& stages, std::size_t at_once) {
  std::unique_lock lock(mutex_);
  for (const Stage& stage : stages) {
    entries_.push_back({.stage = &stage, .outcome = {}});
    entries_.back().outcome.stage = stage.node.name;
  }
  while (true) {
    const auto next = std::ranges::find_if(entries_, [&](const Entry& entry) {
      return entry.state == Entry::State::kWaiting && is_ready(*entry.stage);
    });
    if (next != entries_.end() && at_work_ < at_once && !failure_) {
      lock.unlock();
      begin(*next);
      lock.lock();
    } else if (std::ranges::count(entries_, Entry::State::kAtWork, &Entry::state) > 0) {
      changed_.wait(lock);
    } else {
      break;  // all have ended, or nothing can be recorded
    }
  }
  lock.unlock();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  for (const Entry& entry : entries_) run_.stages.push_back(entry.outcome);
  if (failure_) std::rethrow_exception(failure_);
}

void Stages::end_without_work(const Stage& stage, StageOutcome& outcome) const {
  const auto unmet = std::ranges::find_if(stage.node.needs, [&](const std::string& need) {
    const std::optional<StageState> state = ended(need);
    return state && *state != StageState::kOk;
  });
  const std::string idle = stage.idle ? stage.idle() : std::string();
  if (cancellation_.is_cancelled()) {
    outcome.state = StageState::kCancelled;
  } else if (unmet != stage.node.needs.end()) {
    outcome.state = StageState::kSkipped;
    outcome.error_text = fmt::format("{} did not succeed", *unmet);
  } else if (stage.taken_over) {
    outcome.state = StageState::kOk;
    outcome.rows = *stage.taken_over;
    outcome.is_taken_over = true;
  } else if (!idle.empty()) {
    outcome.state = StageState::kSkipped;
    outcome.is_idle = true;
    outcome.error_text = idle;
  }
}

void Stages::begin(Entry& entry) {
  StageOutcome outcome = entry.outcome;
  end_without_work(*entry.stage, outcome);
  const bool has_work = outcome.state == StageState::kPending;
  if (!has_work) record(outcome);
  const std::lock_guard lock(mutex_);
  if (has_work) {
    entry.state = Entry::State::kAtWork;
    ++at_work_;
    threads_.emplace_back([this, &entry] { lead(entry); });
  } else {
    entry.outcome = std::move(outcome);
    entry.state = Entry::State::kEnded;
  }
}

void Stages::lead(Entry& entry) {
  StageOutcome outcome = entry.outcome;
  std::exception_ptr failure;
  const auto begin = std::chrono::steady_clock::now();
  try {
    attempt(*entry.stage, outcome);
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    record(outcome);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  if (failure) failure_ = failure;
  entry.outcome = std::move(outcome);
  entry.state = Entry::State::kEnded;
  --at_work_;
  changed_.notify_all();
}

bool Stages::meet(const std::string& stage) {
  std::unique_lock lock(mutex_);
  const Entry* entry = find(stage);
  if (entry == nullptr) return false;
  --at_work_;  // so that another may work meanwhile
  changed_.notify_all();
  changed_.wait(lock, [&] { return entry->state == Entry::State::kEnded; });
  ++at_work_;
  return entry->outcome.state == StageState::kOk;
}

void Stages::attempt(const Stage& stage, StageOutcome& outcome) {
  const std::string& name = stage.node.name;
  workspace_.stage_started(run_.run, name);
  try {
    RecordedProgress progress(progress_.beside(), workspace_, run_.run, name);
    outcome.rows = stage.work(progress);
    outcome.state = StageState::kOk;
  } catch (const Error& error) {
    outcome.state = error.code() == "E-CANCELLED" ? StageState::kCancelled : StageState::kFailed;
    outcome.error_code = error.code();
    outcome.error_text = error.message();
    outcome.hint = error.hint();
  } catch (const std::exception& failure) {
    outcome.state = StageState::kFailed;
    outcome.error_code = "E-INTERNAL";
    outcome.error_text = failure.what();
  }
}

void Stages::record(const StageOutcome& outcome) {
  workspace_.stage_finished(run_.run, outcome.stage, {},
                            {.state = outcome.state,
                             .rows_out = outcome.rows,
                             .error_code = outcome.error_code,
                             .error_text = outcome.error_text});
  const bool is_failure = outcome.state == StageState::kFailed;
  workspace_.event(run_.run, is_failure ? workspace::Level::kError : workspace::Level::kInfo,
                   outcome.stage, {}, message_of(outcome));
  log::info("stage ended", {{"run", run_.run},
                            {"stage", outcome.stage},
                            {"state", name_of(outcome.state)},
                            {"rows", outcome.rows},
                            {"seconds", outcome.seconds}});
}

void Stages::conclude() {
  const auto count = [&](StageState state) {
    return std::ranges::count(run_.stages, state, &StageOutcome::state);
  };
  const auto failed = std::ranges::find(run_.stages, StageState::kFailed, &StageOutcome::state);
  const bool has_failed = failed != run_.stages.end();
  const bool is_cancelled = count(StageState::kCancelled) > 0;
  run_.state = !is_cancelled && !has_failed ? RunState::kSucceeded
               : run_.is_published          ? RunState::kPartial
               : is_cancelled               ? RunState::kCancelled
                                            : RunState::kFailed;
  if (is_cancelled) {
    run_.cancelled_by = workspace_.cancelled_by(run_.run);
    workspace_.event(run_.run, workspace::Level::kWarn, {}, {},
                     message_text("M-RUN-CANCEL", {{"user", run_.cancelled_by}}));
  } else if (has_failed) {
    workspace_.event(
        run_.run, workspace::Level::kWarn, {}, {},
        message_text("M-RUN-PARTIAL", {{"n", fmt::format("{}", count(StageState::kFailed))}}));
  } else {
    workspace_.event(
        run_.run, workspace::Level::kInfo, {}, {},
        message_text("M-RUN-DONE", {{"duration", fmt::format("{:.1f} s", run_.seconds)}}));
  }
  workspace_.finish_run(run_.run, run_.state, has_failed ? failed->error_code : "",
                        has_failed ? failed->error_text : "");
  log::info("run ended", {{"run", run_.run}, {"state", name_of(run_.state)}});
}

}  // namespace ca::runs
