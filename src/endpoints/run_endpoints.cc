// Runs: starting, watching, ending, their history and their logs.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "api/run_json.h"
#include "base/error.h"
#include "endpoints/asked_workspace.h"
#include "endpoints/audit.h"
#include "endpoints/endpoints.h"
#include "endpoints/problem.h"
#include "endpoints/run_events.h"
#include "people/people.h"
#include "runs/run_options.h"
#include "runs/supervisor.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::Role;
using people::Scope;

constexpr std::int64_t kRuns = 200;
constexpr std::int64_t kRunsUnasked = 20;
constexpr std::int64_t kLines = 10'000;
constexpr std::int64_t kLinesUnasked = 200;
constexpr std::int64_t kIdBytes = 40;

// ---- how answers look ---------------------------------------------------------------------------

Schema maybe_moment() { return moment().or_null(); }

Schema error_schema() {
  return object({required("code", text()), required("message", text())})
      .or_null()
      .about("Why it failed, or was skipped.");
}

Schema changes_schema() {
  return map_of(object({required("rows", integer()), required("before", integer().or_null()),
                        required("change", integer().or_null())})
                    .named("RowChange"));
}

std::vector<Property> run_properties() {
  return {required("run", text().about("Its id.")),
          required("state", word({"queued", "running", "succeeded", "partial", "failed",
                                  "cancelled", "interrupted"})),
          required("trigger", word({"manual", "schedule", "api"})),
          required("requested_by", text()),
          required("started_at", moment()),
          required("finished_at", maybe_moment()),
          required("seconds", number().or_null()),
          required("options", map_of(any()).about("What was asked for.")),
          required("resumed_from", text().or_null()),
          required("cancelled_by", text().or_null()),
          required("published", boolean()),
          required("error", error_schema())};
}

Schema run_schema() {
  std::vector<Property> properties = run_properties();
  properties.push_back(required("rows", object({required("sources", changes_schema()),
                                                required("sources_before", text().or_null())})));
  return object(std::move(properties)).named("Run");
}

Schema stage_schema() {
  return object({required("stage", text()),
                 required("state",
                          word({"pending", "running", "ok", "skipped", "failed", "cancelled"})),
                 required("percent", number()), required("done", integer()),
                 required("total", integer().or_null()), required("unit", text().or_null()),
                 required("per_second", number().or_null()),
                 required("seconds_to_go", number().or_null()),
                 required("seconds", number().or_null()), required("rows", integer()),
                 required("attempt", integer()), required("started_at", maybe_moment()),
                 required("finished_at", maybe_moment()), required("error", error_schema()),
                 required("about", text())})
      .named("RunStage");
}

Schema line_schema() {
  return object({required("id", integer()), required("time", moment()),
                 required("level", word({"debug", "info", "warn", "error"})),
                 required("stage", text().or_null()), required("message", text()),
                 required("fields", map_of(text()))})
      .named("LogLine");
}

Schema detail_schema() {
  std::vector<Property> properties = run_properties();
  properties.push_back(required("rows", object({required("sources", changes_schema()),
                                                required("sources_before", text().or_null()),
                                                required("reports", changes_schema()),
                                                required("reports_before", text().or_null())})));
  properties.push_back(required("heartbeat_at", maybe_moment()));
  properties.push_back(required("engine_version", text()));
  properties.push_back(required("percent", number()));
  properties.push_back(required("stages", list_of(stage_schema())));
  properties.push_back(required("warnings", list_of(line_schema())));
  properties.push_back(optional("is_sample", boolean()));
  return object(std::move(properties)).named("RunDetail");
}

Schema request_schema() {
  return object({required("request", integer()), required("trigger", text()),
                 required("requested_by", text()), required("requested_at", moment()),
                 required("options", map_of(any()))})
      .named("RunRequest");
}

Schema ticket_schema() {
  return object({required("request", integer()),
                 required("run", text().or_null().about("Null while it waits.")),
                 required("waits_for", text().or_null().about("The run that works now.")),
                 required("joined", boolean().about("Another request waited; both are one run."))})
      .named("RunTicket");
}

Schema current_schema() {
  return object({required("working", detail_schema().or_null()),
                 required("waiting", request_schema().or_null()),
                 required("last", run_schema().or_null().about("The newest that has ended.")),
                 required("is_sample", boolean())})
      .named("CurrentRun");
}

// ---- what they do -------------------------------------------------------------------------------

std::string who(const Call& call) { return call.who == nullptr ? "" : call.who->username; }

/// Texts of a run name files and columns, which viewers are not told (SEC-04).
bool is_told_texts(const Call& call) { return call.who->role >= Role::kAnalyst; }

Json shown(const Call& call, Json run) { return shown_run(std::move(run), is_told_texts(call)); }

void audit_run(Services& services, const Call& call, std::string_view action,
               const std::string& object, const Json& after = nullptr) {
  audit(services, *call.who, call.request.address, action, object, {},
        after.is_null() ? std::string() : after.dump());
}

/// What became of a request, for the audit log.
std::string object_of(const runs::RunTicket& ticket) {
  return ticket.run.empty() ? fmt::format("run_request/{}", ticket.request) : "run/" + ticket.run;
}

workspace::RunRecord run_of(const workspace::Workspace& workspace, const Call& call) {
  const std::string& id = call.path.at("id");
  auto run = workspace.run(id);
  if (!run) throw Error("E-NOT-FOUND", fmt::format("There is no run {}.", id));
  return *std::move(run);
}

Response ticket_response(const runs::RunTicket& ticket) {
  Response response =
      json_response(Json{{"request", ticket.request},
                         {"run", ticket.run.empty() ? Json() : Json(ticket.run)},
                         {"waits_for", ticket.works.empty() ? Json() : Json(ticket.works)},
                         {"joined", ticket.is_joined}},
                    202);
  response.set_header("Location", ticket.run.empty() ? std::string("/api/v1/runs/current")
                                                     : fmt::format("/api/v1/runs/{}", ticket.run));
  return response;
}

Response start(Services& services, const Call& call) {
  runs::RunRequest request{{}, workspace::Trigger::kApi, who(call)};
  const Json& body = *call.body;
  request.options.only = body.value("only", std::set<std::string>());
  request.options.skip = body.value("skip", std::set<std::string>());
  request.options.full = body.value("full", false);
  if (body.contains("as_of")) request.options.as_of = body.at("as_of").get<std::string>();
  const runs::RunTicket ticket = services.supervisor.start(request);
  audit_run(services, call, "run.start", object_of(ticket),
            Json::parse(runs::to_json(request.options)));
  return ticket_response(ticket);
}

Response list(Services& services, const Call& call) {
  const AskedWorkspace asked = asked_workspace(services, call);
  const workspace::Workspace& workspace = asked.workspace();
  const auto limit = static_cast<std::size_t>(call.integer("limit").value_or(kRunsUnasked));
  const std::string cursor = call.text("cursor").value_or("");
  if (!cursor.empty() && !workspace.run(cursor)) {
    throw Error("E-PARAM", "cursor is not one of this list.", "Begin again without it.");
  }
  // One more than is shown says whether there are more.
  Json runs = api::runs_json(workspace, limit + 1, cursor);
  for (Json& run : runs) run = shown(call, std::move(run));
  const bool has_more = runs.size() > limit;
  if (has_more) runs.erase(runs.size() - 1);
  const Json next = has_more ? runs.back().at("run") : Json();
  Response response = json_response(
      Json{{"runs", std::move(runs)}, {"next", next}, {"is_sample", asked.is_sample()}});
  if (has_more) {
    response.set_header(
        "Link", fmt::format("</api/v1/runs?limit={}&cursor={}{}>; rel=\"next\"", limit,
                            next.get<std::string>(), asked.is_sample() ? "&workspace=demo" : ""));
  }
  return response;
}

Json request_json(const workspace::RunRequestRecord& request) {
  return {{"request", request.id},
          {"trigger", name_of(request.trigger)},
          {"requested_by", request.requested_by},
          {"requested_at", request.requested_at},
          {"options", Json::parse(request.options_json, nullptr, false)}};
}

Response current(Services& services, const Call& call) {
  const AskedWorkspace asked = asked_workspace(services, call);
  const workspace::Workspace& workspace = asked.workspace();
  Json answer = {{"working", nullptr},
                 {"waiting", nullptr},
                 {"last", nullptr},
                 {"is_sample", asked.is_sample()}};
  for (const workspace::RunRecord& run : workspace.runs(2)) {
    if (run.state == workspace::RunState::kRunning) {
      answer["working"] = shown(call, api::run_detail_json(workspace, run));
    } else if (answer["last"].is_null()) {
      answer["last"] = shown(call, api::run_json(workspace, run));
    }
  }
  if (const auto waiting = workspace.waiting_request()) {
    answer["waiting"] = request_json(*waiting);
  }
  return json_response(answer);
}

Response one(Services& services, const Call& call) {
  const AskedWorkspace asked = asked_workspace(services, call);
  Json answer =
      shown(call, api::run_detail_json(asked.workspace(), run_of(asked.workspace(), call)));
  answer["is_sample"] = asked.is_sample();
  return json_response(answer);
}

Response cancel(Services& services, const Call& call) {
  const workspace::RunRecord run = run_of(services.workspace, call);
  if (!services.supervisor.cancel(run.id, who(call))) {
    throw Error("E-CONFLICT", fmt::format("The run {} does not work any more.", run.id), {},
                {{"run", run.id}, {"state", std::string(name_of(run.state))}});
  }
  audit_run(services, call, "run.cancel", "run/" + run.id);
  return json_response(Json{{"run", run.id}, {"cancelling", true}}, 202);
}

Response cancel_waiting(Services& services, const Call& call) {
  const auto waiting = services.workspace.waiting_request();
  if (!waiting || !services.supervisor.cancel_request(waiting->id)) {
    throw Error("E-NOT-FOUND", "No request waits.");
  }
  audit_run(services, call, "run.forget", fmt::format("run_request/{}", waiting->id));
  return no_content();
}

Response retry(Services& services, const Call& call) {
  const workspace::RunRecord run = run_of(services.workspace, call);
  const runs::RunTicket ticket =
      services.supervisor.retry(run.id, workspace::Trigger::kApi, who(call));
  audit_run(services, call, "run.retry", "run/" + run.id, {{"by", object_of(ticket)}});
  return ticket_response(ticket);
}

Response events(const Services& services, const Call& call) {
  const workspace::RunRecord run = run_of(services.workspace, call);
  std::int64_t after = call.integer("after").value_or(0);
  const std::string_view last = call.request.header("Last-Event-ID");
  if (!last.empty()) {
    const auto [end, failure] = std::from_chars(last.data(), last.data() + last.size(), after);
    if (failure != std::errc() || end != last.data() + last.size() || after < 0) {
      throw Error("E-PARAM", "Last-Event-ID is not the id of an event.");
    }
  }
  Response response;
  RunEvents::Reader reader{[&people = services.people, who = *call.who] {
                             const auto account = people.find_user(who.username);
                             if (!account || !account->is_active) return false;
                             return who.is_token() ||
                                    std::ranges::any_of(people.sessions(who),
                                                        &people::Browser::is_current);
                           },
                           is_told_texts(call)};
  response.body = std::shared_ptr<EventSource>(
      std::make_shared<RunEvents>(services.workspace, run.id, after, std::move(reader)));
  return response;
}

workspace::EventQuery query_of(const Call& call) {
  workspace::EventQuery query;
  query.after = call.integer("after").value_or(0);
  if (const auto level = call.text("level")) query.least = workspace::level_of(*level);
  query.stage = call.text("stage");
  query.text = call.text("search").value_or("");
  query.limit = static_cast<std::size_t>(call.integer("limit").value_or(kLinesUnasked));
  return query;
}

Response log(const Services& services, const Call& call) {
  const workspace::RunRecord run = run_of(services.workspace, call);
  workspace::EventQuery query = query_of(call);
  if (call.text("format") == "text") {
    query.limit = SIZE_MAX;
    std::string lines;
    for (const workspace::EventRecord& event : services.workspace.events(run.id, query)) {
      lines += fmt::format("{} {:5} {:12} {}\n", event.time, name_of(event.level), event.stage,
                           event.message);
    }
    Response response;
    response.set_header("Content-Type", "text/plain; charset=utf-8");
    response.set_header("Content-Disposition",
                        fmt::format("attachment; filename=\"run-{}.log\"", run.id));
    response.set_header("Cache-Control", "no-store");
    response.body = std::move(lines);
    return response;
  }
  Json lines = Json::array();
  for (const workspace::EventRecord& event : services.workspace.events(run.id, query)) {
    lines.push_back(api::event_json(event));
  }
  const Json next = lines.size() == query.limit ? lines.back().at("id") : Json();
  return json_response(Json{{"run", run.id}, {"lines", std::move(lines)}, {"next", next}});
}

Parameter run_parameter() {
  return {"id", text().between(1, kIdBytes).about("Id of a run."), true};
}

}  // namespace

std::vector<Endpoint> run_endpoints(Services& services) {
  const Access reads = Access::from(Role::kViewer, Scope::kRead);
  const Access runs = Access::from(Role::kAnalyst, Scope::kRun);
  const Schema stage_names = list_of(word(runs::stage_names()));
  return {
      {.method = "POST",
       .path = "/api/v1/runs",
       .tag = "runs",
       .summary = "Start a run",
       .description = "It works in a process of its own. While another run works it waits; several "
                      "requests that wait are one run. A run as of another moment than the one "
                      "that waits waits behind it.",
       .access = runs,
       .path_parameters = {},
       .query_parameters = {},
       .body = object({optional("only", stage_names.about("Only these stages.")),
                       optional("skip", stage_names.about("Not these stages.")),
                       optional("full", boolean().about("Read all sources from the beginning.")),
                       optional("as_of", text().between(1, 64).about(
                                             "Look at the data as of this day or moment."))})
                   .named("RunStart"),
       .answers = {{202, "It has begun, or waits.", ticket_schema()}},
       .problems = {409, 422},
       .run = [&services](const Call& call) { return start(services, call); },
       .receive = {},
       .received_type = {},
       .lane = [](const Call&) { return Lane::kLong; }},
      {.method = "GET",
       .path = "/api/v1/runs",
       .tag = "runs",
       .summary = "The history of runs, newest first",
       .description = {},
       .access = reads,
       .path_parameters = {},
       .query_parameters = {workspace_parameter(),
                            {"limit", integer().between(1, kRuns)},
                            {"cursor",
                             text().between(1, kIdBytes).about("`next` of the page before.")}},
       .body = {},
       .answers = {{200, "Runs.",
                    object({required("runs", list_of(run_schema())),
                            required("next", text().or_null()), required("is_sample", boolean())})
                        .named("Runs")}},
       .problems = {409},
       .run = [&services](const Call& call) { return list(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
      {.method = "GET",
       .path = "/api/v1/runs/current",
       .tag = "runs",
       .summary = "The run that works, what waits, and the last one",
       .description = {},
       .access = reads,
       .path_parameters = {},
       .query_parameters = {workspace_parameter()},
       .body = {},
       .answers = {{200, "How things are.", current_schema()}},
       .problems = {409},
       .run = [&services](const Call& call) { return current(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
      {.method = "POST",
       .path = "/api/v1/runs/waiting/cancel",
       .tag = "runs",
       .summary = "Forget the run that waits",
       .description = {},
       .access = runs,
       .path_parameters = {},
       .query_parameters = {},
       .body = {},
       .answers = {{204, "It waits no more.", {}}},
       .problems = {404},
       .run = [&services](const Call& call) { return cancel_waiting(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
      {.method = "GET",
       .path = "/api/v1/runs/{id}",
       .tag = "runs",
       .summary = "A run and its stages",
       .description = {},
       .access = reads,
       .path_parameters = {run_parameter()},
       .query_parameters = {workspace_parameter()},
       .body = {},
       .answers = {{200, "The run.", detail_schema()}},
       .problems = {404, 409},
       .run = [&services](const Call& call) { return one(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
      {.method = "POST",
       .path = "/api/v1/runs/{id}/cancel",
       .tag = "runs",
       .summary = "End a run that works",
       .description = "It ends within a second; nothing that anyone can see changes.",
       .access = runs,
       .path_parameters = {run_parameter()},
       .query_parameters = {},
       .body = {},
       .answers = {{202, "It ends.",
                    object({required("run", text()), required("cancelling", boolean())})
                        .named("Cancelling")}},
       .problems = {404, 409},
       .run = [&services](const Call& call) { return cancel(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
      {.method = "POST",
       .path = "/api/v1/runs/{id}/retry",
       .tag = "runs",
       .summary = "Go on with a run that did not finish",
       .description = "A new run with the same options, which begins at the first unfinished stage "
                      "and takes over what is still there.",
       .access = runs,
       .path_parameters = {run_parameter()},
       .query_parameters = {},
       .body = {},
       .answers = {{202, "It has begun, or waits.", ticket_schema()}},
       .problems = {404, 409, 422},
       .run = [&services](const Call& call) { return retry(services, call); },
       .receive = {},
       .received_type = {},
       .lane = [](const Call&) { return Lane::kLong; }},
      {.method = "GET",
       .path = "/api/v1/runs/{id}/events",
       .tag = "runs",
       .summary = "What happens in a run, while it happens",
       .description =
           "Server-sent events: stage, progress, log, end; for viewers without log. A "
           "stream that broke goes on after the line that the header Last-Event-ID names.",
       .access = reads,
       .path_parameters = {run_parameter()},
       .query_parameters = {{"after", integer().between(0, INT64_MAX)}},
       .body = {},
       .answers = {{200, "A stream of events.", {}, {"text/event-stream"}}},
       .problems = {404, 429, 503},
       .run = [&services](const Call& call) { return events(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
      {.method = "GET",
       .path = "/api/v1/runs/{id}/log",
       .tag = "runs",
       .summary = "The log of a run",
       .description = "As a list of lines, oldest first, or with format=text as a file.",
       .access = Access::from(Role::kAnalyst, Scope::kRead),
       .path_parameters = {run_parameter()},
       .query_parameters = {{"after",
                             integer().between(0, INT64_MAX).about("Lines after that id.")},
                            {"level", word({"debug", "info", "warn", "error"}).about("The least.")},
                            {"stage", text().at_most(kIdBytes)},
                            {"search", text().at_most(200)},
                            {"limit", integer().between(1, kLines)},
                            {"format", word({"json", "text"})}},
       .body = {},
       .answers = {{200,
                    "Lines.",
                    object({required("run", text()), required("lines", list_of(line_schema())),
                            required("next", integer().or_null())})
                        .named("RunLog"),
                    {"text/plain"}}},
       .problems = {404},
       .run = [&services](const Call& call) { return log(services, call); },
       .receive = {},
       .received_type = {},
       .lane = {}},
  };
}

}  // namespace ca::endpoints
