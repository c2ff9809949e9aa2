#include "runs/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/log.h"
#include "base/thread_pool.h"
#include "runs/draft.h"
#include "runs/housekeeping.h"
#include "runs/leftover.h"
#include "runs/load_stages.h"
#include "runs/published.h"
#include "runs/publishing.h"
#include "runs/pulse.h"
#include "runs/report_stages.h"
#include "runs/run_context.h"
#include "runs/run_options.h"
#include "runs/shop_plan.h"
#include "runs/stages.h"
#include "workspace/sweep.h"

namespace ca::runs {
namespace {

/// Below this memory stages work one by one.
constexpr std::size_t kRoomForTwo = 1'000'000'000;

class Run {
 public:
  Run(const workspace::Home& home, workspace::Workspace& workspace, const RunOptions& options,
      Progress& progress, const Cancellation& cancellation)
      : lock_(workspace::RunLock::acquire(home, workspace::or_system_clock(options.clock))),
        cancellation_(&cancellation),
        run_(context(home, workspace, options)) {
    if (options.as_of) run_.as_of = parse_moment(*options.as_of, run_.zone);
    if (const auto current = workspace::read_current(home)) run_.current = *current;
    check_what_is_reused(workspace, options);
    workspace.mark_interrupted(lock_);
    settle_snapshots(lock_, workspace);
    Leftover left;
    if (!options.resume.empty()) left = find_leftover(run_);
    const std::vector<std::string> keep = {left.journeys};
    workspace::sweep(lock_, keep);
    run_.run = workspace.begin_run(options.trigger, run_.configuration_hash,
                                   workspace::load_hash(run_.configuration),
                                   {.requested_by = who(options),
                                    .options_json = to_json(options),
                                    .resumed_from = options.resume,
                                    .engine_version = CA_VERSION,
                                    .request = options.request});
    outcome_.run = run_.run;
    lock_.name_run(run_.run);
    draft_ = std::make_unique<Draft>(run_.snapshot_folder());
    load_ = std::make_unique<LoadStages>(run_);
    reports_ = std::make_unique<ReportStages>(run_, *draft_, [this] { return load_->built(); });
    stages_ = std::make_unique<Stages>(workspace, progress, cancellation_, outcome_);
    taken_over_ = left.stages;
    load_->take_over(std::move(left));
  }

  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() { clean_up(); }

  RunOutcome execute() {
    const auto begin = std::chrono::steady_clock::now();
    log::info("run started", {{"run", run_.run}});
    run_.note({}, "The run started.");
    const std::vector<Stage> stages = wanted_stages();
    for (const Stage& stage : stages) run_.workspace.stage_pending(run_.run, stage.node.name);
    {
      const Pulse pulse(run_.workspace, run_.run, cancellation_);
      const bool has_room = run_.threads > 1 && run_.memory >= kRoomForTwo;
      stages_->perform(stages, has_room ? 2 : 1);
    }
    const auto current = workspace::read_current(run_.home);
    outcome_.is_published = current && current->snapshot == run_.run;
    outcome_.warnings = load_->warnings();
    if (const std::string why = why_no_export(run_);
        run_.options.only.contains("export") && !why.empty()) {
      outcome_.warnings.push_back(fmt::format("export skipped: {}.", why));
    }
    outcome_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    // By a signal, which the record does not know of.
    if (cancellation_.is_cancelled()) run_.workspace.ask_to_cancel(run_.run, whoever_runs_this());
    stages_->conclude();
    return outcome_;
  }

 private:
  RunContext context(const workspace::Home& home, workspace::Workspace& workspace,
                     const RunOptions& options) const {
    workspace::Configuration configuration = workspace.configuration();
    ingest::ShopPlan plan = shop_plan(configuration);
    return {
        .home = home,
        .workspace = workspace,
        .options = options,
        .cancellation = cancellation_,
        .clock = workspace::or_system_clock(options.clock),
        .configuration = configuration,
        .plan = plan,
        .zone = Zone::find(plan.timezone),
        .threads = options.threads != 0 ? options.threads : usable_processors(),
        .memory = options.memory != 0 ? std::min(options.memory, usable_memory()) : usable_memory(),
        .as_of = {},
        .current = {},
        .configuration_hash = workspace::config_hash(configuration),
        .run = {}};
  }

  static std::string who(const RunOptions& options) {
    return options.requested_by.empty() ? whoever_runs_this() : options.requested_by;
  }

  /// What each stage of the graph does here.
  std::vector<Stage> wanted_stages() {
    const auto ended = [this](const std::string& stage) { return stages_->ended(stage); };
    const std::map<std::string, std::function<std::int64_t(Progress&)>> works = {
        {"ingest", [this](Progress& progress) { return load_->ingest(progress); }},
        {"quality", [this](Progress&) { return load_->quality(); }},
        {"journeys", [this](Progress& progress) { return load_->journeys(progress); }},
        {"exploratory", [this](Progress& progress) { return reports_->exploratory(progress); }},
        {"segments", [this](Progress& progress) { return reports_->segments(progress); }},
        {"clv", [this](Progress& progress) { return reports_->value(progress); }},
        {"tests", [this](Progress& progress) { return reports_->tests(progress); }},
        {"anomalies",
         [this](Progress& progress) {
           return reports_->anomalies(progress, [this] { return stages_->meet("clv"); });
         }},
        {"deliveries", [this](Progress& progress) { return reports_->deliveries(progress); }},
        {"publish",
         [this, ended](Progress&) {
           return publish(run_, *draft_, ended, load_->findings(), lock_);
         }},
        {"export", [this](Progress& progress) { return export_reports(run_, progress); }},
    };
    std::vector<Stage> stages;
    for (const StageNode& node : stage_graph()) {
      if (!run_.is_wanted(node.name)) continue;
      stages.push_back({.node = node, .work = works.at(node.name)});
      const auto taken_over = taken_over_.find(node.name);
      if (taken_over != taken_over_.end()) stages.back().taken_over = taken_over->second;
      if (node.name == "export") stages.back().idle = [this] { return why_no_export(run_); };
    }
    return stages;
  }

  /// Leaves nothing that is not in force, neither what was not published nor scratch, but the
  /// journeys of an unfinished run, from which another may go on: until the next one begins. What
  /// cannot be deleted now is left to that one, too.
  void clean_up() {
    if (load_ != nullptr) load_->close();  // its temporary files
    if (run_.run.empty()) return;
    try {
      const auto current = workspace::read_current(run_.home);
      if (!current || current->snapshot != run_.run) {
        std::filesystem::remove_all(run_.snapshot_folder());
      }
      const bool is_unfinished = outcome_.state != workspace::RunState::kSucceeded;
      const bool is_built = stages_->ended("journeys") == workspace::StageState::kOk;
      std::vector<std::string> keep;
      if (is_unfinished && is_built) keep.push_back(load_->built());
      for (const std::filesystem::path& stuck : workspace::sweep(lock_, keep).stuck) {
        log::warning("cannot be deleted", {{"path", stuck.string()}});
      }
    } catch (const std::exception& failure) {
      log::warning("cannot be tidied", {{"run", run_.run}, {"reason", failure.what()}});
    }
  }

  workspace::RunLock lock_;
  Cancellation cancellation_;
  RunContext run_;
  RunOutcome outcome_;
  std::map<std::string, std::int64_t> taken_over_;  ///< stages, with their rows
  std::unique_ptr<Draft> draft_;
  std::unique_ptr<LoadStages> load_;
  std::unique_ptr<ReportStages> reports_;
  std::unique_ptr<Stages> stages_;
};

}  // namespace

const std::vector<std::string>& stage_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const StageNode& node : stage_graph()) all.push_back(node.name);
    return all;
  }();
  return names;
}

RunOutcome run(const workspace::Home& home, workspace::Workspace& workspace,
               const RunOptions& options, Progress& progress, const Cancellation& cancellation) {
  check_options(workspace, options);
  RunOutcome outcome = Run(home, workspace, options, progress, cancellation).execute();
  try {
    keep_house(workspace, workspace::or_system_clock(options.clock)());
  } catch (const Error& error) {
    log::warning("old records stay", {{"code", error.code()}, {"reason", error.message()}});
  }
  return outcome;
}

}  // namespace ca::runs
