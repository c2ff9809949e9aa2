#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/progress.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "runs/run_options.h"
#include "runs/runner.h"

namespace ca::cli {
namespace {

using Json = nlohmann::json;

Json json_of(const runs::RunOutcome& outcome) {
  Json stages = Json::array();
  for (const runs::StageOutcome& stage : outcome.stages) {
    Json entry = {{"stage", stage.stage},
                  {"state", name_of(stage.state)},
                  {"rows", stage.rows},
                  {"seconds", stage.seconds}};
    if (!stage.error_text.empty()) {
      entry["error"] = {
          {"code", stage.error_code}, {"message", stage.error_text}, {"hint", stage.hint}};
    }
    stages.push_back(std::move(entry));
  }
  return {{"run", outcome.run},
          {"state", name_of(outcome.state)},
          {"published", outcome.is_published},
          {"stages", stages},
          {"warnings", outcome.warnings}};
}

void print(const runs::RunOutcome& outcome) {
  for (const std::string& warning : outcome.warnings) show_warning(warning);
  std::vector<std::string> unfinished;
  for (const runs::StageOutcome& stage : outcome.stages) {
    if (stage.state != workspace::StageState::kOk && !stage.is_idle) {
      unfinished.push_back(stage.stage);
    }
    if (stage.state == workspace::StageState::kFailed) {
      show_error(Error(stage.error_code,
                       fmt::format("{} failed: {}", stage.stage, stage.error_text), stage.hint));
    } else if (stage.state == workspace::StageState::kSkipped && !stage.is_idle) {
      show_warning(fmt::format("{} skipped: {}", stage.stage, stage.error_text));
    }
  }
  if (outcome.state == workspace::RunState::kSucceeded) {
    std::cout << fmt::format("Run {} finished in {:.1f} s.\n", outcome.run, outcome.seconds);
  } else if (outcome.state == workspace::RunState::kCancelled) {
    std::cout << fmt::format("Run {} was cancelled by {}; nothing changed.\n", outcome.run,
                             outcome.cancelled_by);
  } else {
    std::cout << fmt::format("Run {} {}; not done: {}.\n", outcome.run,
                             outcome.is_published ? "published its results" : "failed",
                             fmt::join(unfinished, ", "));
  }
}

/// What a request that waits asks for, as it is now.
runs::RunOptions asked_for(std::int64_t request, const workspace::Workspace& workspace) {
  const auto waiting = workspace.waiting_request();
  if (!waiting || waiting->id != request) {
    throw Error("E-CONFLICT", "The request for this run waits no more.");
  }
  runs::RunOptions options = runs::run_options_from_json(waiting->options_json);
  options.trigger = waiting->trigger;
  options.requested_by = waiting->requested_by;
  options.request = request;
  return options;
}

runs::RunOptions options_of(const RunArguments& arguments, const workspace::Workspace& workspace) {
  runs::RunOptions options;
  if (arguments.request != 0) {
    options = asked_for(arguments.request, workspace);
  } else {
    if (!arguments.resume.empty()) options = runs::options_to_resume(workspace, arguments.resume);
    if (!arguments.as_of.empty()) options.as_of = arguments.as_of;
    options.only.insert(arguments.only.begin(), arguments.only.end());
    options.skip.insert(arguments.skip.begin(), arguments.skip.end());
    options.full = options.full || arguments.full;
    options.trigger = workspace::Trigger::kManual;  // whoever began the run that is resumed
    options.requested_by.clear();
  }
  options.threads = arguments.threads;
  options.memory = arguments.memory;
  options.partitions = arguments.partitions;
  return options;
}

}  // namespace

int run(const Common& common, const RunArguments& arguments, const Cancellation& cancellation) {
  if (arguments.engine != "local") {
    throw Error("E-PARAM", fmt::format("The engine \"{}\" is not available.", arguments.engine),
                "Use --engine local.");
  }
  if (arguments.store != "duckdb") {
    throw Error("E-PARAM", fmt::format("The store \"{}\" is not available.", arguments.store),
                "Use --store duckdb.");
  }
  const workspace::Home home = open_home(common);
  workspace::Workspace workspace(home);
  // So that one whose process died is known to be interrupted, and can be gone on with.
  if (const auto lock = workspace::RunLock::try_acquire(home)) workspace.mark_interrupted(*lock);
  const runs::RunOptions options = options_of(arguments, workspace);
  const auto progress = progress_on_stderr();
  const runs::RunOutcome outcome = runs::run(home, workspace, options, *progress, cancellation);
  if (common.json) {
    std::cout << dump(json_of(outcome)) << '\n';
  } else {
    print(outcome);
  }
  return outcome.state == workspace::RunState::kSucceeded ? 0 : 1;
}

}  // namespace ca::cli
