#include "api/run_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runs/history.h"
#include "runs/stage_graph.h"

namespace ca::api {
namespace {

using Json = nlohmann::json;
using workspace::RunState;
using workspace::StageState;

constexpr std::size_t kWarnings = 100;

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json error_or_null(const std::string& code, const std::string& message) {
  return code.empty() ? Json() : Json{{"code", code}, {"message", message}};
}

/// {name: {rows, before, change}} of what either run counted.
Json changes(const std::map<std::string, std::int64_t>& now,
             const std::map<std::string, std::int64_t>& before) {
  Json all = Json::object();
  for (const auto& [name, rows] : now) {
    const auto earlier = before.find(name);
    const bool is_known = earlier != before.end();
    all[name] = {{"rows", rows},
                 {"before", is_known ? Json(earlier->second) : Json()},
                 {"change", is_known ? Json(rows - earlier->second) : Json()}};
  }
  return all;
}

std::optional<double> seconds_of(const workspace::RunRecord& run, workspace::TimePoint now) {
  const auto begin = workspace::utc_time(run.started_at);
  if (!begin) return std::nullopt;
  const auto end = workspace::utc_time(run.finished_at).value_or(now);
  return std::max(0.0, std::chrono::duration<double>(end - *begin).count());
}

/// Whose counting makes no sense any more once it has ended.
double percent_of(const workspace::StageRecord& stage) {
  switch (stage.state) {
    case StageState::kOk:
    case StageState::kSkipped: return 100;
    case StageState::kPending: return 0;
    case StageState::kRunning:
    case StageState::kFailed:
    case StageState::kCancelled: break;
  }
  return 100 * stage.progress;
}

std::string sentence_about(const std::string& stage) {
  const auto node = std::ranges::find(runs::stage_graph(), stage, &runs::StageNode::name);
  return node == runs::stage_graph().end() ? std::string() : node->sentence;
}

Json summary(const workspace::RunRecord& run, const runs::RowHistory& rows,
             workspace::TimePoint now) {
  return {{"run", run.id},
          {"state", name_of(run.state)},
          {"trigger", name_of(run.trigger)},
          {"requested_by", run.origin.requested_by},
          {"started_at", run.started_at},
          {"finished_at", text_or_null(run.finished_at)},
          {"seconds", value_or_null(seconds_of(run, now))},
          {"options", Json::parse(run.origin.options_json, nullptr, false)},
          {"resumed_from", text_or_null(run.origin.resumed_from)},
          {"cancelled_by", text_or_null(run.cancelled_by)},
          {"published", !rows.now.reports.empty()},
          {"error", error_or_null(run.error_code, run.error_text)},
          {"rows",
           {{"sources", changes(rows.now.sources, rows.before.sources)},
            {"sources_before", text_or_null(rows.sources_before)}}}};
}

}  // namespace

Json run_json(const workspace::Workspace& workspace, const workspace::RunRecord& run,
              workspace::TimePoint now) {
  return summary(run, runs::row_history(workspace, run), now);
}

Json runs_json(const workspace::Workspace& workspace, std::size_t limit,
               std::string_view older_than) {
  Json runs = Json::array();
  for (const workspace::RunRecord& run : workspace.runs(limit, older_than)) {
    runs.push_back(run_json(workspace, run));
  }
  return runs;
}

Json stage_json(const workspace::StageRecord& stage, workspace::TimePoint now) {
  const auto pace = workspace::pace_of(stage, now);
  return {{"stage", stage.stage},
          {"state", name_of(stage.state)},
          {"percent", percent_of(stage)},
          {"done", stage.units.done},
          {"total", stage.units.total > 0 ? Json(stage.units.total) : Json()},
          {"unit", text_or_null(stage.units.unit)},
          {"per_second", pace ? value_or_null(pace->per_second) : Json()},
          {"seconds_to_go", pace ? value_or_null(pace->seconds_to_go) : Json()},
          {"seconds", pace ? Json(pace->seconds) : Json()},
          {"rows", stage.rows_out},
          {"attempt", stage.attempt},
          {"started_at", text_or_null(stage.started_at)},
          {"finished_at", text_or_null(stage.finished_at)},
          {"error",
           error_or_null(
               stage.error_code.empty() && !stage.error_text.empty() ? "skipped" : stage.error_code,
               stage.error_text)},
          {"about", sentence_about(stage.stage)}};
}

Json run_detail_json(const workspace::Workspace& workspace, const workspace::RunRecord& run,
                     workspace::TimePoint now) {
  const runs::RowHistory rows = runs::row_history(workspace, run);
  Json json = summary(run, rows, now);
  json["rows"]["reports"] = changes(rows.now.reports, rows.before.reports);
  json["rows"]["reports_before"] = text_or_null(rows.reports_before);
  json["heartbeat_at"] = text_or_null(run.heartbeat_at);
  json["engine_version"] = run.origin.engine_version;
  double percent = 0;
  json["stages"] = Json::array();
  for (const workspace::StageRecord& stage : workspace.stages(run.id)) {
    json["stages"].push_back(stage_json(stage, now));
    percent += percent_of(stage);
  }
  const auto count = static_cast<double>(json["stages"].size());
  json["percent"] = run.state == RunState::kSucceeded ? 100 : count == 0 ? 0 : percent / count;
  json["warnings"] = Json::array();
  for (const workspace::EventRecord& event :
       workspace.events(run.id, {.least = workspace::Level::kWarn, .limit = kWarnings})) {
    json["warnings"].push_back(event_json(event));
  }
  return json;
}

Json event_json(const workspace::EventRecord& event) {
  return {{"id", event.id},
          {"time", event.time},
          {"level", name_of(event.level)},
          {"stage", text_or_null(event.stage)},
          {"message", event.message},
          {"fields", event.fields}};
}

}  // namespace ca::api
