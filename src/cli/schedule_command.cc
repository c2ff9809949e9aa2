#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/schedule.h"
#include "base/error.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "cli/detached_server.h"
#include "cli/operations_commands.h"
#include "cli/print.h"
#include "runs/schedule.h"
#include "workspace/schedule_table.h"

namespace ca::cli {
namespace {

struct ScheduleArguments {
  std::string when;
  std::string at;
  std::string timezone;
  std::string name;
  std::vector<std::string> only;
  bool full = false;
  bool no_catch_up = false;
  bool no_server = false;
};

workspace::TimePoint now() { return std::chrono::system_clock::now(); }

/// "2024-05-02 03:30" on the clock of the schedule's zone.
std::string local_text(const std::string& utc, const Zone& zone) {
  const auto time = workspace::utc_time(utc);
  if (!time) return utc;
  std::string text = zone.format(runs::to_instant(*time)).substr(0, 16);
  text[10] = ' ';
  return text;
}

void print(const api::ScheduleState& state) {
  if (!state.schedule) {
    std::cout << "There is no schedule.\n";
    return;
  }
  const workspace::ScheduleRecord& record = *state.schedule;
  const Zone zone = Zone::find(record.timezone);
  std::cout << fmt::format("{}: {}{}, {}{}{}.\n", record.name,
                           record.period == "cron" ? record.cron : record.period,
                           record.at.empty() ? "" : " at " + record.at, record.timezone,
                           record.is_full ? ", full" : "", record.is_enabled ? "" : ", paused");
  if (!record.analyses.empty()) {
    std::cout << fmt::format("Stages: {}.\n", fmt::join(record.analyses, ", "));
  }
  if (state.next_runs.empty()) return;
  std::cout << "Next runs:\n";
  for (const std::string& moment : state.next_runs) {
    std::cout << fmt::format("  {}\n", local_text(moment, zone));
  }
}

void tell(const Common& common, const api::ScheduleState& state) {
  if (common.json) {
    std::cout << dump(api::to_json(state)) << '\n';
  } else {
    print(state);
  }
}

workspace::ScheduleRecord record_of(const ScheduleArguments& arguments) {
  workspace::ScheduleRecord record;
  record.name = arguments.name;
  record.period = arguments.when;
  record.at = arguments.at;
  record.timezone = arguments.timezone;
  record.analyses = arguments.only;
  record.is_full = arguments.full;
  record.catch_up = !arguments.no_catch_up;
  record.created_by = "command line";
  return record;
}

int set(const Common& common, const ScheduleArguments& arguments,
        const Cancellation& cancellation) {
  const workspace::ScheduleRecord record = record_of(arguments);
  if (arguments.when == runs::name_of(runs::SchedulePeriod::kOnce)) {
    runs::check_once(record);
    RunArguments once;
    once.only = arguments.only;
    once.full = arguments.full;
    return run(common, once, cancellation);
  }
  const workspace::Home home = open_home(common);
  workspace::Workspace workspace(home);
  const api::SavedSchedule saved = api::set_schedule(workspace, record, now());
  log::info("schedule set", {{"period", saved.schedule->period}});
  if (saved.is_replaced) show_note("Previous schedule replaced.");
  tell(common, saved);
  if (!arguments.no_server && !start_server(home)) {
    show_warning(
        "The schedule is saved, but no server runs, and none could be started: start one with "
        "`customeranalytics serve`.");
  }
  return 0;
}

int show_schedule(const Common& common) {
  const workspace::Workspace workspace(open_home(common));
  tell(common, api::schedule_state(workspace, now()));
  return 0;
}

int enable(const Common& common, bool is_enabled) {
  workspace::Workspace workspace(open_home(common));
  tell(common, api::enable_schedule(workspace, is_enabled, now()));
  return 0;
}

int remove(const Common& common) {
  workspace::Workspace workspace(open_home(common));
  const bool was_there = workspace::ScheduleTable(workspace).remove();
  if (common.json) {
    std::cout << dump({{"deleted", was_there}}) << '\n';
  } else {
    std::cout << (was_there ? "Schedule removed.\n" : "There is no schedule.\n");
  }
  return 0;
}

}  // namespace

void add_schedule_command(CommandLine& line) {
  CLI::App* schedule = line.app.add_subcommand("schedule", "When runs begin by themselves");
  schedule->require_subcommand(1);
  const auto arguments = std::make_shared<ScheduleArguments>();
  CLI::App& setting =
      line.add(*schedule, "set", "Set the schedule, and start the server that keeps it",
               "  customeranalytics schedule set daily --at 03:30\n"
               "  customeranalytics schedule set weekly --timezone Europe/London --full\n"
               "  customeranalytics schedule set \"30 3 * * mon-fri\"\n"
               "  customeranalytics schedule set once\n",
               [&line, arguments] { return set(line.common, *arguments, line.cancellation); });
  setting
      .add_option("WHEN", arguments->when,
                  "once (a run now), hourly, 12_hours, daily, weekly, or a cron expression of five "
                  "fields")
      ->required();
  setting.add_option("--at", arguments->at, "HH:MM; default 00:00");
  setting.add_option("--timezone", arguments->timezone, "IANA name; default: the workspace's");
  setting.add_option("--only", arguments->only, "Only these stages, comma-separated")
      ->delimiter(',');
  setting.add_flag("--full", arguments->full, "Read all sources from the beginning each time");
  setting.add_option("--name", arguments->name, "A word for it");
  setting.add_flag("--no-catch-up", arguments->no_catch_up,
                   "Do not make up for runs that were missed while no server ran");
  setting.add_flag("--no-server", arguments->no_server, "Start no server");
  line.add(*schedule, "show", "The schedule and its next runs",
           "  customeranalytics schedule show --json\n",
           [&line] { return show_schedule(line.common); });
  line.add(*schedule, "pause", "Ask for no runs until it is resumed",
           "  customeranalytics schedule pause\n", [&line] { return enable(line.common, false); });
  line.add(*schedule, "resume", "Ask for runs again", "  customeranalytics schedule resume\n",
           [&line] { return enable(line.common, true); });
  line.add(*schedule, "delete", "Remove the schedule", "  customeranalytics schedule delete\n",
           [&line] { return remove(line.common); });
}

}  // namespace ca::cli
