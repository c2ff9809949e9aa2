#include "runs/stages.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/log.h"

namespace ca::runs {
namespace {

using workspace::RunState;
using workspace::StageState;

std::string message_of(const StageOutcome& outcome) {
  switch (outcome.state) {
    case StageState::kFailed:
      return fmt::format("{} failed: {}", outcome.stage, outcome.error_text);
    case StageState::kOk:
      return fmt::format("{} finished ({} rows, {:.1f} s).", outcome.stage, outcome.rows,
                         outcome.seconds);
    case StageState::kSkipped:
      return fmt::format("{} skipped: {}.", outcome.stage, outcome.error_text);
    case StageState::kPending:
    case StageState::kRunning:
    case StageState::kCancelled: break;
  }
  return fmt::format("{} {}.", outcome.stage, name_of(outcome.state));
}

}  // namespace

const StageOutcome* Stages::ended(const std::string& stage) const {
  const auto found = std::ranges::find(run_.stages, stage, &StageOutcome::stage);
  return found == run_.stages.end() ? nullptr : &*found;
}

void Stages::perform(const Stage& stage) {
  StageOutcome outcome;
  outcome.stage = stage.name;
  const auto begin = std::chrono::steady_clock::now();
  const auto unmet = std::ranges::find_if(stage.needs, [&](const std::string& need) {
    const StageOutcome* before = ended(need);
    return before != nullptr && before->state != StageState::kOk;
  });
  const std::string idle = stage.idle ? stage.idle() : std::string();
  if (cancellation_.is_cancelled()) {
    outcome.state = StageState::kCancelled;
  } else if (unmet != stage.needs.end()) {
    outcome.state = StageState::kSkipped;
    outcome.error_text = fmt::format("{} did not succeed", *unmet);
  } else if (!idle.empty()) {
    outcome.state = StageState::kSkipped;
    outcome.is_idle = true;
    outcome.error_text = idle;
  } else {
    attempt(stage, outcome);
  }
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  record(outcome);
  run_.stages.push_back(std::move(outcome));
}

void Stages::attempt(const Stage& stage, StageOutcome& outcome) {
  workspace_.stage_started(run_.run, stage.name);
  progress_.begin(stage.name);
  try {
    outcome.rows = stage.work();
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
  const auto any = [&](StageState state) {
    return std::ranges::any_of(run_.stages,
                               [&](const StageOutcome& stage) { return stage.state == state; });
  };
  const auto failed = std::ranges::find(run_.stages, StageState::kFailed, &StageOutcome::state);
  const bool is_cancelled = any(StageState::kCancelled);
  run_.state = !is_cancelled && !any(StageState::kFailed) ? RunState::kSucceeded
               : run_.is_published                        ? RunState::kPartial
               : is_cancelled                             ? RunState::kCancelled
                                                          : RunState::kFailed;
  const bool has_failed = failed != run_.stages.end();
  workspace_.finish_run(run_.run, run_.state, has_failed ? failed->error_code : "",
                        has_failed ? failed->error_text : "");
  log::info("run ended", {{"run", run_.run}, {"state", name_of(run_.state)}});
}

}  // namespace ca::runs
