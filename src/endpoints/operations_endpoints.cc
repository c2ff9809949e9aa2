// Whether the server lives, can answer, and what it is doing.

#include "endpoints/operations_endpoints.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "api/schedule.h"
#include "base/error.h"
#include "base/log.h"
#include "endpoints/problem.h"
#include "reports/snapshot.h"
#include "workspace/run_lock.h"
#include "workspace/workspace.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::Role;
using people::Scope;
using workspace::Workspace;

/// Throws what keeps the server from answering questions.
void check_ready(const Workspace& workspace) {
  workspace.runs(1);
  const auto current = workspace::read_current(workspace.home());
  if (current) reports::read_manifest(workspace.home().snapshots_folder() / current->snapshot);
}

/// Says the code alone: whoever asks need not know paths.
Response ready(const Workspace& workspace) {
  try {
    check_ready(workspace);
    return json_response(Json{{"ready", true}});
  } catch (const Error& error) {
    log::warning("not ready", {{"code", error.code()}, {"reason", error.message()}});
    const char* reason = error.code() == "E-SNAPSHOT" ? "The results in force cannot be read."
                                                      : "The workspace cannot be read.";
    return json_response(Json{{"ready", false}, {"code", error.code()}, {"reason", reason}}, 503);
  }
}

Json run_json(const workspace::RunRecord& run) {
  return {{"id", run.id},
          {"state", name_of(run.state)},
          {"trigger", name_of(run.trigger)},
          {"started_at", run.started_at},
          {"finished_at", run.finished_at.empty() ? Json(nullptr) : Json(run.finished_at)}};
}

Json status_json(const Workspace& workspace, const std::string& version,
                 workspace::TimePoint started, workspace::TimePoint now) {
  const workspace::Configuration configuration = workspace.configuration();
  Json sources = Json::array();
  for (const workspace::SourceRecord& source : configuration.sources) {
    sources.push_back(source.kind);
  }
  const auto current = workspace::read_current(workspace.home());
  const auto runs = workspace.runs(1);
  const auto holder = workspace::RunLock::holder(workspace.home());
  const api::ScheduleState schedule = api::schedule_state(workspace, now);
  return {
      {"version", version},
      {"started_at", workspace::utc_text(started)},
      {"uptime_seconds", std::chrono::duration_cast<std::chrono::seconds>(now - started).count()},
      {"home", current           ? "ready"
               : sources.empty() ? "empty"
                                 : "connected"},
      {"sources", std::move(sources)},
      {"snapshot", current ? Json(current->snapshot) : Json(nullptr)},
      {"running", holder ? Json(holder->run) : Json(nullptr)},
      {"last_run", runs.empty() ? Json(nullptr) : run_json(runs.front())},
      {"next_run_at",
       schedule.next_runs.empty() ? Json(nullptr) : Json(schedule.next_runs.front())}};
}

Schema status_schema() {
  return object({required("version", text()), required("started_at", moment()),
                 required("uptime_seconds", integer()),
                 required("home", word({"empty", "connected", "ready"})
                                      .about("empty: no source; ready: there are results.")),
                 required("sources", list_of(text())), required("snapshot", text().or_null()),
                 required("running", text().or_null().about("The run that works now.")),
                 required("last_run",
                          object({required("id", text()), required("state", text()),
                                  required("trigger", text()), required("started_at", text()),
                                  required("finished_at", text().or_null())})
                              .or_null()),
                 required("next_run_at", text().or_null())})
      .named("Status");
}

}  // namespace

std::vector<Endpoint> operations_endpoints(const Workspace& workspace, Metrics& metrics,
                                           const std::string& version, workspace::Clock clock) {
  clock = workspace::or_system_clock(std::move(clock));
  const workspace::TimePoint started = clock();
  std::vector<Endpoint> all;
  all.push_back({.method = "GET",
                 .path = "/healthz",
                 .tag = "operations",
                 .summary = "Whether the server lives",
                 .access = Access::anyone(),
                 .answers = {{200, "It does", object({required("ok", boolean())})}},
                 .run = [](const Call&) {
                   return json_response(Json{{"ok", true}});
                 }});
  all.push_back({.method = "GET",
                 .path = "/readyz",
                 .tag = "operations",
                 .summary = "Whether the server can answer questions",
                 .description = "The workspace opens, and what is in force can be read.",
                 .access = Access::anyone(),
                 .answers = {{200, "It can", object({required("ready", boolean())})},
                             {503, "It cannot, and why",
                              object({required("ready", boolean()), required("code", text()),
                                      required("reason", text())})}},
                 .run = [&workspace](const Call&) { return ready(workspace); }});
  all.push_back({.method = "GET",
                 .path = "/metrics",
                 .tag = "operations",
                 .summary = "Metrics in the text format of Prometheus",
                 .access = Access::from(Role::kViewer, Scope::kMetrics),
                 .answers = {{200, "All metrics", std::nullopt, {"text/plain"}}},
                 .run = [&workspace, &metrics](const Call&) {
                   Response response;
                   response.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
                   response.set_header("Cache-Control", "no-store");
                   response.body = metrics.text(workspace);
                   return response;
                 }});
  all.push_back({.method = "GET",
                 .path = "/api/v1/status",
                 .tag = "operations",
                 .summary = "The server and the state of its home",
                 .access = Access::from(Role::kViewer, Scope::kRead),
                 .answers = {{200, "Its state", status_schema()}},
                 .run = [&workspace, version, started, clock](const Call&) {
                   return json_response(status_json(workspace, version, started, clock()));
                 }});
  return all;
}

}  // namespace ca::endpoints
