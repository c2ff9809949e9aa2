#include "api/schedule.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/messages.h"
#include "runs/schedule.h"
#include "workspace/schedule_table.h"

namespace ca::api {
namespace {

using workspace::ScheduleRecord;

constexpr std::size_t kNextRuns = 5;

std::string zone_of(const workspace::Configuration& configuration) {
  const auto found = configuration.settings.find("workspace.timezone");
  return found == configuration.settings.end() || found->second.empty() ? "UTC" : found->second;
}

std::vector<std::string> next_runs(const ScheduleRecord& record, workspace::TimePoint now) {
  std::vector<std::string> moments;
  const runs::Schedule schedule = runs::read_schedule(record);
  for (const Instant slot : runs::next_slots(schedule, runs::to_instant(now), kNextRuns)) {
    moments.push_back(workspace::utc_text(runs::to_time_point(slot)));
  }
  return moments;
}

void check_sources(const workspace::Configuration& configuration) {
  if (workspace::find_source(configuration, "sessions") != nullptr) return;
  const bool has_customers = workspace::find_source(configuration, "customers") != nullptr;
  throw message_error("M-NEED-BOTH",
                      {{"missing", has_customers ? "sessions" : "sessions,customers"}},
                      "Connect Sessions first. Customers may be left out: they are then derived.");
}

}  // namespace

ScheduleState schedule_state(const workspace::Workspace& workspace, workspace::TimePoint now) {
  ScheduleState state{workspace::ScheduleTable(workspace).read(), {}};
  if (state.schedule && state.schedule->is_enabled) {
    state.next_runs = next_runs(*state.schedule, now);
  }
  return state;
}

ScheduleState preview_schedule(const workspace::Workspace& workspace, const ScheduleRecord& words,
                               workspace::TimePoint now) {
  ScheduleRecord record = runs::normalised(words, zone_of(workspace.configuration()));
  record.created_at = workspace::utc_text(now);
  std::vector<std::string> moments = next_runs(record, now);
  return {std::move(record), std::move(moments)};
}

SavedSchedule set_schedule(workspace::Workspace& workspace, const ScheduleRecord& words,
                           workspace::TimePoint now) {
  ScheduleState state = preview_schedule(workspace, words, now);
  if (state.schedule->period == name_of(runs::SchedulePeriod::kOnce)) {
    throw Error("E-PARAM", "A run that happens once is not a schedule.",
                "Start a run: it begins at once.", {{"field", "period"}});
  }
  check_sources(workspace.configuration());
  if (state.schedule->is_enabled) {
    state.schedule->next_run_at = state.next_runs.empty() ? "" : state.next_runs.front();
  } else {
    state.next_runs.clear();
  }
  workspace::ScheduleTable table(workspace);
  const bool is_replaced = table.save(*state.schedule, now);
  return {{table.read(), std::move(state.next_runs)}, is_replaced};
}

ScheduleState enable_schedule(workspace::Workspace& workspace, bool is_enabled,
                              workspace::TimePoint now) {
  workspace::ScheduleTable table(workspace);
  const auto schedule = table.read();
  if (!schedule) {
    throw Error("E-NOT-FOUND", "There is no schedule to pause or resume.", "Set one first.");
  }
  const std::vector<std::string> moments =
      is_enabled ? next_runs(*schedule, now) : std::vector<std::string>();
  table.enable(is_enabled, moments.empty() ? "" : moments.front(), now);
  return schedule_state(workspace, now);
}

nlohmann::json to_json(const ScheduleState& state) {
  nlohmann::json json = {{"state", "none"}, {"schedule", nullptr}, {"next_runs", state.next_runs}};
  if (!state.schedule) return json;
  const ScheduleRecord& record = *state.schedule;
  json["state"] = record.is_enabled ? "enabled" : "paused";
  json["schedule"] = {{"name", record.name},
                      {"period", record.period},
                      {"cron", record.cron},
                      {"at", record.at},
                      {"timezone", record.timezone},
                      {"analyses", record.analyses},
                      {"mode", record.is_full ? "full" : "incremental"},
                      {"catch_up", record.catch_up},
                      {"enabled", record.is_enabled},
                      {"created_by", record.created_by},
                      {"created_at", record.created_at}};
  return json;
}

}  // namespace ca::api
