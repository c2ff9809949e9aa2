// The demo shop beside the real one: making it, watching that, removing it.

#include <nlohmann/json.hpp>

#include "api/demo_workspace.h"
#include "endpoints/audit.h"
#include "endpoints/endpoints.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using api::DemoWorkspace;
using people::Role;
using people::Scope;

constexpr std::int64_t kFewCustomers = 1'000;
constexpr std::int64_t kManyCustomers = 200'000;
constexpr std::int64_t kCustomers = 50'000;

Schema status_schema() {
  return object(
             {required("state", word({"absent", "making", "ready", "failed"})),
              required("percent", number().or_null().about("While it is made.")),
              required("stage", text().or_null().about("What is at work.")),
              required("error", object({required("type", text()), required("title", text()),
                                        required("status", integer()), required("detail", text()),
                                        required("code", text()), required("hint", text()),
                                        required("details", map_of(text()))})
                                    .or_null()
                                    .about("Why it failed, as a problem."))})
      .named("Demo");
}

Json to_json(const DemoWorkspace::Status& status) {
  return {{"state", name_of(status.state)},
          {"percent", status.percent ? Json(*status.percent) : Json()},
          {"stage", status.stage.empty() ? Json() : Json(status.stage)},
          {"error", status.error ? problem_json(*status.error) : Json()}};
}

Response make(Services& services, const Call& call) {
  const std::int64_t customers = call.body->value("customers", kCustomers);
  const bool was_making = services.demo.status().state == DemoWorkspace::State::kMaking;
  const DemoWorkspace::Status status = services.demo.make(static_cast<std::uint32_t>(customers));
  if (status.state == DemoWorkspace::State::kReady) return json_response(to_json(status));
  if (!was_making) {
    audit(services, *call.who, call.request.address, "make", "demo", {},
          Json{{"customers", customers}}.dump());
  }
  return json_response(to_json(status), 202);
}

Response remove(Services& services, const Call& call) {
  const bool was_there = services.demo.status().state != DemoWorkspace::State::kAbsent;
  services.demo.remove();
  if (was_there) audit(services, *call.who, call.request.address, "remove", "demo");
  return no_content();
}

}  // namespace

std::vector<Endpoint> demo_endpoints(Services& services) {
  return {
      {.method = "GET",
       .path = "/api/v1/demo",
       .tag = "demo",
       .summary = "Whether there is a demo shop, and how far it is",
       .access = Access::from(Role::kViewer, Scope::kRead),
       .answers = {{200, "How things are", status_schema()}},
       .run = [&services](const Call&) { return json_response(to_json(services.demo.status())); }},
      {.method = "POST",
       .path = "/api/v1/demo",
       .tag = "demo",
       .summary = "Make the demo shop",
       .description = "An invented shop in a workspace of its own beside the real one, made in a "
                      "process of low priority. Reports, members and runs are asked of it with "
                      "workspace=demo. While it is made, and once it is ready, nothing new begins.",
       .access = Access::from(Role::kAnalyst, Scope::kRun),
       .body =
           object(
               {optional("customers",
                         integer().between(kFewCustomers, kManyCustomers).about("Default 50000."))})
               .named("DemoStart"),
       .answers = {{200, "It is ready", status_schema()},
                   {202, "It is being made", status_schema()}},
       .problems = {503},
       .run = [&services](const Call& call) { return make(services, call); },
       .lane = [](const Call&) { return Lane::kLong; }},
      {.method = "DELETE",
       .path = "/api/v1/demo",
       .tag = "demo",
       .summary = "Remove the demo shop",
       .description = "Also while it is made, which ends then. The real workspace is not touched.",
       .access = Access::from(Role::kAdmin, Scope::kManage),
       .answers = {{204, "There is none any more", {}}},
       .run = [&services](const Call& call) { return remove(services, call); },
       .lane = [](const Call&) { return Lane::kLong; }},
  };
}

}  // namespace ca::endpoints
