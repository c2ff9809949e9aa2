#include "runs/run_options.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "runs/shop_plan.h"

namespace ca::runs {
namespace {

constexpr std::array<std::string_view, 6> kReportStages = {
    "exploratory", "segments", "clv", "tests", "anomalies", "deliveries"};

/// The stages that are asked for, each by its name.
std::set<std::string> wanted(const RunOptions& options) {
  std::set<std::string> stages;
  for (const std::string& stage : stage_names()) {
    const bool is_in = options.only.empty() || options.only.contains(stage);
    if (is_in && !options.skip.contains(stage)) stages.insert(stage);
  }
  return stages;
}

void check_stages(const std::set<std::string>& stages) {
  for (const std::string& stage : stages) {
    if (std::ranges::find(stage_names(), stage) != stage_names().end()) continue;
    const std::string guess = nearest_name(stage, stage_names());
    throw Error("E-PARAM", fmt::format("There is no stage named \"{}\".", stage),
                guess.empty() ? fmt::format("Stages are {}.", fmt::join(stage_names(), ", "))
                              : fmt::format("Did you mean {}?", guess));
  }
}

void check_resumable(const workspace::Workspace& workspace, const std::string& run) {
  using workspace::RunState;
  const auto record = workspace.run(run);
  if (!record) throw Error("E-NOT-FOUND", fmt::format("There is no run {}.", run));
  const bool is_unfinished =
      record->state == RunState::kFailed || record->state == RunState::kPartial ||
      record->state == RunState::kInterrupted || record->state == RunState::kCancelled;
  if (is_unfinished) return;
  throw Error("E-CONFLICT", fmt::format("The run {} is {}.", run, name_of(record->state)),
              "Only what failed, was cancelled or interrupted can be gone on with.",
              {{"run", run}, {"state", std::string(name_of(record->state))}});
}

/// `made` is the run that made what is reused, `what` the beginning of a sentence about it.
void check_load(const workspace::Workspace& workspace,
                const std::optional<workspace::RunRecord>& made, const char* needed,
                const char* what) {
  if (!made || made->load_hash.empty()) return;
  if (made->load_hash == workspace::load_hash(workspace.configuration())) return;
  throw Error("E-PARAM",
              fmt::format("{} by run {} with another configuration of the sources than the one "
                          "that is connected now.",
                          what, made->id),
              fmt::format("Run again with {}, or without --only and --skip.", needed),
              {{"run", made->id}, {"needed", needed}});
}

}  // namespace

bool makes_reports(std::string_view stage) {
  return std::ranges::find(kReportStages, stage) != kReportStages.end();
}

void check_what_is_reused(const workspace::Workspace& workspace, const RunOptions& options) {
  const std::set<std::string> stages = wanted(options);
  if (!stages.contains("ingest") && (stages.contains("quality") || stages.contains("journeys"))) {
    check_load(workspace, workspace.last_run_with("ingest"), "ingest", "The store was loaded");
  }
  if (!stages.contains("journeys") && std::ranges::any_of(stages, makes_reports)) {
    const auto current = workspace::read_current(workspace.home());
    const std::string journeys = current ? current->journeys : std::string();
    check_load(workspace, workspace.run(journeys), "ingest,journeys", "The journeys were built");
  }
}

void check_options(const workspace::Workspace& workspace, const RunOptions& options) {
  check_stages(options.only);
  check_stages(options.skip);
  const ingest::ShopPlan plan = shop_plan(workspace.configuration());
  if (options.as_of) parse_moment(*options.as_of, Zone::find(plan.timezone));
  if (!options.resume.empty()) check_resumable(workspace, options.resume);
}

std::string to_json(const RunOptions& options) {
  nlohmann::json json = nlohmann::json::object();
  if (options.as_of) json["as_of"] = *options.as_of;
  if (!options.only.empty()) json["only"] = options.only;
  if (!options.skip.empty()) json["skip"] = options.skip;
  if (options.full) json["full"] = true;
  if (!options.resume.empty()) json["resume"] = options.resume;
  return json.dump();
}

RunOptions run_options_from_json(std::string_view json) {
  RunOptions options;
  try {
    const nlohmann::json parsed = nlohmann::json::parse(json);
    if (parsed.contains("as_of")) options.as_of = parsed.at("as_of").get<std::string>();
    options.only = parsed.value("only", std::set<std::string>());
    options.skip = parsed.value("skip", std::set<std::string>());
    options.full = parsed.value("full", false);
    options.resume = parsed.value("resume", std::string());
  } catch (const nlohmann::json::exception&) {
    throw Error("E-PARAM", "The options of a run cannot be read.");
  }
  return options;
}

RunOptions options_to_resume(const workspace::Workspace& workspace, const std::string& run) {
  check_resumable(workspace, run);
  RunOptions options = run_options_from_json(workspace.run(run)->origin.options_json);
  options.resume = run;
  return options;
}

bool can_be_joined(const RunOptions& waiting, const RunOptions& later) {
  return waiting.as_of == later.as_of;
}

RunOptions merged(const RunOptions& waiting, const RunOptions& later) {
  RunOptions both = later;
  both.full = waiting.full || later.full;
  // What is unfinished is part of what the other asks for.
  if (waiting.resume != later.resume) both.resume.clear();
  std::set<std::string> stages = wanted(waiting);
  stages.merge(wanted(later));
  both.skip.clear();
  both.only = stages.size() == stage_names().size() ? std::set<std::string>() : stages;
  return both;
}

std::string whoever_runs_this() {
  const passwd* entry = ::getpwuid(::geteuid());
  return entry == nullptr ? "user " + std::to_string(::geteuid()) : entry->pw_name;
}

}  // namespace ca::runs
