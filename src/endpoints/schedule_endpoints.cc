// When runs begin by themselves (product.md 1.20).

#include "endpoints/schedule_endpoints.h"

#include <nlohmann/json.hpp>

#include "api/schedule.h"
#include "base/error.h"
#include "base/messages.h"
#include "endpoints/problem.h"
#include "workspace/schedule_table.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::Role;
using people::Scope;
using workspace::ScheduleRecord;

constexpr std::int64_t kStages = 32;
constexpr std::int64_t kNextRuns = 5;

Schema modes() { return word({"full", "incremental"}); }

std::vector<Property> fields() {
  return {
      optional("name", text().between(1, 200).about("A word for it; default: its period.")),
      optional("period",
               text().between(1, 256).about(
                   "hourly, 12_hours (also 12h, \"12 hours\"), daily, weekly, cron, or the "
                   "five fields of a cron expression.")),
      optional("cron", text().at_most(256).about(
                           "Minute, hour, day of month, month, day of week; with period cron.")),
      optional("at", text().at_most(5).about("HH:MM, default 00:00; not with cron.")),
      optional("timezone", text().at_most(64).about("IANA; default: the workspace's.")),
      optional("analyses", list_of(text().at_most(64))
                               .at_most(kStages)
                               .about("Stages of the runs; default: all of them. Where one makes "
                                      "reports, exploratory and publish are added.")),
      optional("mode", modes().about("full reads every source from the beginning.")),
      optional("catch_up", boolean().about("One run for all that was missed; default true.")),
      optional("enabled", boolean().about("False: it is paused. Default true."))};
}

Schema schedule_schema() {
  return object({required("name", text()), required("period", text()), required("cron", text()),
                 required("at", text()), required("timezone", text()),
                 required("analyses", list_of(text())), required("mode", modes()),
                 required("catch_up", boolean()), required("enabled", boolean()),
                 required("created_by", text()), required("created_at", text())})
      .named("Schedule");
}

std::vector<Property> state_properties() {
  return {required("state", word({"none", "enabled", "paused"})),
          required("schedule", schedule_schema().or_null()),
          required("next_runs", list_of(moment()).at_most(kNextRuns).about("UTC."))};
}

Schema state_schema() { return object(state_properties()).named("ScheduleState"); }

Schema saved_schema() {
  std::vector<Property> properties = state_properties();
  properties.push_back(
      required("messages", list_of(object({required("id", text()), required("text", text())}))));
  return object(std::move(properties)).named("SavedSchedule");
}

ScheduleRecord record_of(const Json& body, const people::Principal* who) {
  ScheduleRecord record;
  record.name = body.value("name", "");
  record.period = body.value("period", "");
  record.cron = body.value("cron", "");
  record.at = body.value("at", "");
  record.timezone = body.value("timezone", "");
  record.analyses = body.value("analyses", std::vector<std::string>());
  record.is_full = body.value("mode", "") == "full";
  record.catch_up = body.value("catch_up", true);
  record.is_enabled = body.value("enabled", true);
  if (who != nullptr) record.created_by = who->username;
  if (record.period.empty() && !record.cron.empty()) record.period = "cron";
  return record;
}

Json message(std::string_view id, MessageValues values = {}) {
  return {{"id", id}, {"text", message_text(id, values)}};
}

void refuse_once(const Json& body) {
  if (body.value("period", "") != "once") return;
  throw Error("E-PARAM", "A run that happens once is not a schedule.",
              "POST /api/v1/runs starts it at once.", {{"field", "period"}});
}

/// The schedule as the audit log has it; empty when there is none.
std::string audited(const workspace::Workspace& workspace) {
  const api::ScheduleState state{workspace::ScheduleTable(workspace).read(), {}};
  return state.schedule ? api::to_json(state).at("schedule").dump() : std::string();
}

Response put(workspace::Workspace& workspace, const workspace::Clock& clock, const Call& call) {
  const Json& body = *call.body;
  Json messages = Json::array();
  if (body.size() == 1 && body.contains("enabled")) {
    const auto state = api::enable_schedule(workspace, body["enabled"].get<bool>(), clock());
    Json json = api::to_json(state);
    messages.push_back(message("M-SET-OK"));
    json["messages"] = std::move(messages);
    return json_response(json);
  }
  refuse_once(body);
  const auto saved = api::set_schedule(workspace, record_of(body, call.who), clock());
  if (saved.is_replaced) messages.push_back(message("M-SCH-REPLACED"));
  messages.push_back(saved.next_runs.empty()
                         ? message("M-SET-OK")
                         : message("M-SCH-OK", {{"tag", saved.schedule->name},
                                                {"time", saved.next_runs.front()}}));
  Json json = api::to_json(saved);
  json["messages"] = std::move(messages);
  return json_response(json);
}

Response remove(workspace::Workspace& workspace) {
  if (!workspace::ScheduleTable(workspace).remove()) {
    throw Error("E-NOT-FOUND", "There is no schedule.", "PUT /api/v1/schedule sets one.");
  }
  return json_response(Json{{"messages", Json::array({message("M-SCH-DEL")})}});
}

}  // namespace

std::vector<Endpoint> schedule_endpoints(workspace::Workspace& workspace, ScheduleAudit audit,
                                         workspace::Clock clock) {
  clock = workspace::or_system_clock(std::move(clock));
  /// `work`, which is noted when it succeeded.
  const auto noted = [&workspace, audit](const char* action, auto work) {
    return [&workspace, audit, action, work](const Call& call) {
      const std::string before = audited(workspace);
      Response response = work(call);
      if (audit) audit(call, action, before, audited(workspace));
      return response;
    };
  };
  const auto endpoint = [](std::string method, std::string path, std::string summary, Access access,
                           Schema answer, std::function<Response(const Call&)> run) {
    return Endpoint{.method = std::move(method),
                    .path = std::move(path),
                    .tag = "schedule",
                    .summary = std::move(summary),
                    .access = access,
                    .answers = {{200, "The schedule", std::move(answer)}},
                    .run = std::move(run)};
  };
  const Access reads = Access::from(Role::kAnalyst, Scope::kRead);
  const Access writes = Access::from(Role::kAdmin, Scope::kRun);

  std::vector<Endpoint> all;
  all.push_back(endpoint(
      "GET", "/api/v1/schedule", "When runs begin by themselves",
      Access::from(Role::kViewer, Scope::kRead), state_schema(), [&workspace, clock](const Call&) {
        return json_response(api::to_json(api::schedule_state(workspace, clock())));
      }));
  all.push_back(endpoint(
      "PUT", "/api/v1/schedule", "Set, pause or resume the schedule", writes, saved_schema(),
      noted("schedule.set",
            [&workspace, clock](const Call& call) { return put(workspace, clock, call); })));
  all.back().description =
      "Replaces the schedule by this one. A body of `enabled` alone pauses or resumes the one "
      "there "
      "is. What was due before is never made up for. Times that a change of the clocks skips or "
      "repeats have one run.";
  all.back().body = object(fields()).named("ScheduleWords");
  all.back().problems = {404, 409, 422};
  all.push_back(endpoint(
      "DELETE", "/api/v1/schedule", "Remove the schedule", writes,
      object({required("messages",
                       list_of(object({required("id", text()), required("text", text())})))}),
      noted("schedule.delete", [&workspace](const Call&) { return remove(workspace); })));
  all.back().problems = {404};
  all.push_back(endpoint("POST", "/api/v1/schedule/preview",
                         "The next runs of a schedule that is not saved", reads, state_schema(),
                         [&workspace, clock](const Call& call) {
                           refuse_once(*call.body);
                           return json_response(api::to_json(api::preview_schedule(
                               workspace, record_of(*call.body, call.who), clock())));
                         }));
  all.back().body = object(fields()).named("ScheduleWords");
  all.back().problems = {422};
  return all;
}

}  // namespace ca::endpoints
