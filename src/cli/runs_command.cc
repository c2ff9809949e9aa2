#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/run_json.h"
#include "base/error.h"
#include "cli/command_line.h"
#include "cli/print.h"
#include "runs/run_options.h"
#include "runs/supervisor.h"

namespace ca::cli {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kRunsShown = 20;

int list_runs(const Common& common, std::size_t limit) {
  const workspace::Home home = open_home(common);
  workspace::Workspace workspace(home);
  runs::mark_dead_runs(home, workspace);  // where no server does
  const Json runs = api::runs_json(workspace, limit, {});
  if (common.json) {
    std::cout << dump(runs) << '\n';
    return 0;
  }
  Table table = text_table("runs", {"run", "started (UTC)", "by", "state", "seconds", "rows"});
  for (const Json& run : runs) {
    std::string rows;
    for (const auto& [source, count] : run.at("rows").at("sources").items()) {
      rows += fmt::format("{}{} {}", rows.empty() ? "" : ", ", source,
                          with_separators(count.at("rows").get<std::int64_t>()));
      const Json& change = count.at("change");
      if (!change.is_null() && change != 0) {
        rows += fmt::format(" ({:+})", change.get<std::int64_t>());
      }
    }
    const Json& seconds = run.at("seconds");
    add_row(table, {run.at("run"), run.at("started_at").get<std::string>().substr(0, 16),
                    run.at("requested_by"), run.at("state"),
                    seconds.is_null() ? "" : fmt::format("{:.1f}", seconds.get<double>()), rows});
  }
  show(table, Zone::utc());
  return 0;
}

int cancel_run(const Common& common, std::string run) {
  const workspace::Home home = open_home(common);
  workspace::Workspace workspace(home);
  if (run.empty()) {
    const auto holder = workspace::RunLock::holder(home);
    if (!holder || holder->run.empty()) {
      throw Error("E-NOT-FOUND", "No run works.", "`customeranalytics runs` lists them.");
    }
    run = holder->run;
  }
  if (!workspace.ask_to_cancel(run, runs::whoever_runs_this())) {
    throw Error("E-NOT-FOUND", fmt::format("The run {} does not work.", run),
                "`customeranalytics runs` lists them.");
  }
  if (common.json) {
    std::cout << dump({{"run", run}, {"cancelling", true}}) << '\n';
  } else {
    std::cout << fmt::format("Run {} ends within a second.\n", run);
  }
  return 0;
}

}  // namespace

void add_runs_commands(CommandLine& line) {
  const auto limit = std::make_shared<std::size_t>(kRunsShown);
  CLI::App& listing = line.add(line.app, "runs", "The history of runs, newest first",
                               "  customeranalytics runs\n"
                               "  customeranalytics runs --limit 100 --json\n",
                               [&line, limit] { return list_runs(line.common, *limit); });
  listing.add_option("--limit", *limit, "At most this many; default 20")
      ->check(CLI::Range(1, 10'000));
  const auto run = std::make_shared<std::string>();
  CLI::App& cancelling = line.add(line.app, "cancel", "End the run that works; nothing changes",
                                  "  customeranalytics cancel\n",
                                  [&line, run] { return cancel_run(line.common, *run); });
  cancelling.add_option("RUN", *run, "Its id; default: the one that works");
}

}  // namespace ca::cli
