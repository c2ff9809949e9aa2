// Data sources: what is connected, and the steps of connecting (product.md 1.17 to 1.19, 2.4).

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "api/settings.h"
#include "api/sources.h"
#include "base/error.h"
#include "base/writers.h"
#include "endpoints/audit.h"
#include "endpoints/endpoints.h"
#include "endpoints/problem.h"
#include "endpoints/rate.h"
#include "endpoints/source_json.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::Role;
using people::Scope;
using workspace::SourceRecord;

const std::vector<std::string> kKinds = {"sessions", "customers", "products", "deliveries"};
constexpr std::size_t kTestsAMinute = 30;  // SEC-13
constexpr int kPreviewRows = 50;

/// What these endpoints share beside the services. Ends what works when the last of them goes.
struct Shared {
  explicit Shared(Services& given) : services(given) {}

  api::ImportRoots roots() const { return api::ImportRoots::of(services.workspace); }
  workspace::Configuration configuration() const { return services.workspace.configuration(); }

  /// For what opens files: not too often (SEC-13).
  void count(const Call& call, std::string_view what) {
    rate.use(fmt::format("{} {}", call.who->user, what));
  }
  void note(const Call& call, std::string_view action, const std::string& kind,
            const SourceRecord* before, const SourceRecord* after) const {
    audit(services, *call.who, call.request.address, action, "source " + kind,
          before == nullptr ? std::string() : workspace::content_json(*before),
          after == nullptr ? std::string() : workspace::content_json(*after));
  }

  Services& services;
  Rate rate{kTestsAMinute, std::chrono::seconds(60)};
  api::ValidationJobs jobs;
};

std::string kind_of(const Call& call) { return call.path.at("kind"); }

/// The source in the body, or without a path in it the one that is saved.
SourceRecord tried_source(const Call& call, const workspace::Configuration& configuration) {
  const std::string kind = kind_of(call);
  if (call.body->contains("path")) return source_of(kind, *call.body);
  if (!call.body->empty()) {
    throw Error("E-PARAM", "path is missing.", "Send a whole source, or {} for the saved one.",
                {{"field", "path"}});
  }
  const SourceRecord* saved = find_source(configuration, kind);
  if (saved == nullptr) {
    throw Error("E-NOT-CONNECTED", fmt::format("No {} are connected.", kind),
                "Send the source that is to be tried.");
  }
  return *saved;
}

bool may_see_details(const Call& call) { return call.who->role >= Role::kAnalyst; }

// ---- what is connected --------------------------------------------------------------------------

Response all_sources(const Shared& shared, const Call& call) {
  const workspace::Configuration configuration = shared.configuration();
  Json sources = Json::array();
  for (const std::string& kind : kKinds) {
    sources.push_back(source_json(kind, find_source(configuration, kind), may_see_details(call)));
  }
  Json messages = Json::array();
  for (const std::string_view id : api::source_messages(configuration)) {
    messages.push_back(message_json(id));
  }
  return json_response({{"sources", sources}, {"messages", messages}});
}

Response one_source(const Shared& shared, const Call& call) {
  const workspace::Configuration configuration = shared.configuration();
  const std::string kind = kind_of(call);
  return json_response(source_json(kind, find_source(configuration, kind), true));
}

Response saved_response(const Shared& shared, const std::string& kind,
                        const api::SavedSource& saved) {
  const workspace::Configuration now = shared.configuration();
  return json_response({{"source", source_json(kind, find_source(now, kind), true)},
                        {"found", checked_json(saved.found)},
                        {"version", saved.version}});
}

Response save(Shared& shared, const Call& call) {
  shared.count(call, "save");
  const std::string kind = kind_of(call);
  const workspace::Configuration before = shared.configuration();
  const api::SavedSource saved =
      api::save_source(shared.services.workspace, source_of(kind, *call.body), shared.roots(),
                       *call.request.cancellation);
  const workspace::Configuration after = shared.configuration();
  shared.note(call, "source.save", kind, find_source(before, kind), find_source(after, kind));
  return saved_response(shared, kind, saved);
}

Response remove(Shared& shared, const Call& call) {
  const std::string kind = kind_of(call);
  const workspace::Configuration before = shared.configuration();
  api::remove_source(shared.services.workspace, kind);
  shared.note(call, "source.remove", kind, find_source(before, kind), nullptr);
  return no_content();
}

Response versions(const Shared& shared, const Call& call) {
  const std::string kind = kind_of(call);
  const workspace::Configuration configuration = shared.configuration();
  const SourceRecord* current = find_source(configuration, kind);
  Json list = Json::array();
  for (const workspace::SourceVersion& version :
       api::source_versions(shared.services.workspace, kind)) {
    Json source = source_json(kind, &version.source, true);
    source["saved_at"] = version.saved_at;
    list.push_back(
        {{"version", version.source.version},
         {"saved_at", version.saved_at},
         {"is_current", current != nullptr && current->version == version.source.version},
         {"source", std::move(source)}});
  }
  return json_response({{"versions", list}});
}

Response restore(Shared& shared, const Call& call) {
  shared.count(call, "save");
  const std::string kind = kind_of(call);
  const workspace::Configuration before = shared.configuration();
  const api::SavedSource saved =
      api::restore_source(shared.services.workspace, kind, std::stoi(call.path.at("version")),
                          shared.roots(), *call.request.cancellation);
  const workspace::Configuration after = shared.configuration();
  shared.note(call, "source.restore", kind, find_source(before, kind), find_source(after, kind));
  return saved_response(shared, kind, saved);
}

// ---- steps of connecting ------------------------------------------------------------------------

Response test(Shared& shared, const Call& call) {
  shared.count(call, "test");
  const workspace::Configuration configuration = shared.configuration();
  const api::SourceTest result = api::test_source(configuration, tried_source(call, configuration),
                                                  shared.roots(), *call.request.cancellation);
  return json_response(test_json(result, find_source(configuration, kind_of(call))));
}

Response preview(Shared& shared, const Call& call) {
  shared.count(call, "preview");
  const workspace::Configuration configuration = shared.configuration();
  const auto rows = static_cast<int>(call.integer("rows").value_or(kPreviewRows));
  return json_response(
      preview_json(api::preview_source(configuration, tried_source(call, configuration), rows,
                                       shared.roots(), *call.request.cancellation)));
}

Response suggest(Shared& shared, const Call& call) {
  shared.count(call, "mapping");
  const workspace::Configuration configuration = shared.configuration();
  const api::SourcePreview preview =
      api::preview_source(configuration, tried_source(call, configuration), ingest::kProbeRows,
                          shared.roots(), *call.request.cancellation);
  const std::string kind = kind_of(call);
  const auto place = static_cast<std::size_t>(std::ranges::find(kKinds, kind) - kKinds.begin());
  Json json =
      suggestion_json(api::suggest_mapping(static_cast<sources::Kind>(place), preview.found.probe));
  json["columns"] = checked_json(preview.found)["columns"];
  return json_response(json);
}

Response validate(Shared& shared, const Call& call) {
  shared.count(call, "validate");
  const std::string kind = kind_of(call);
  const workspace::Configuration configuration = shared.configuration();
  const std::string id = shared.jobs.start(
      api::with_source(configuration, tried_source(call, configuration), shared.roots()), kind,
      call.who->username);
  Response response = json_response(validation_json(shared.jobs.find(id).value()), 202);
  response.set_header("Location", "/api/v1/validations/" + id);
  return response;
}

Response validation(const Shared& shared, const Call& call) {
  const auto job = shared.jobs.find(call.path.at("id"));
  if (!job) throw Error("E-NOT-FOUND", "There is no such validation, or not any more.");
  return json_response(validation_json(*job));
}

Response cancel(Shared& shared, const Call& call) {
  shared.jobs.cancel(call.path.at("id"));
  return validation(shared, call);
}

// ---- settings -----------------------------------------------------------------------------------

Schema settings_schema() {
  return map_of(text()).about("\"section.key\": its value, as in connect.toml.");
}

Response settings(const Shared& shared) {
  Json known = Json::array();
  for (const api::KnownSetting& setting : api::known_settings()) {
    known.push_back({{"name", setting.section + "." + setting.key}, {"words", setting.words}});
  }
  return json_response({{"settings", shared.configuration().settings}, {"known", known}});
}

Response save_settings(Shared& shared, const Call& call) {
  std::map<std::string, std::string> given;
  for (const auto& [name, value] : call.body->at("settings").items()) {
    given[name] = value.is_string()           ? value.get<std::string>()
                  : value.is_boolean()        ? (value.get<bool>() ? "true" : "false")
                  : value.is_number_integer() ? value.dump()
                                              : json_number(value.get<double>());
  }
  const std::map<std::string, std::string> before = shared.configuration().settings;
  api::save_settings(shared.services.workspace, given, shared.roots());
  audit(shared.services, *call.who, call.request.address, "settings.save", "configuration",
        workspace::json_of(before), workspace::json_of(shared.configuration().settings));
  return settings(shared);
}

Lane slow(const Call&) { return Lane::kLong; }

}  // namespace

std::vector<Endpoint> source_endpoints(Services& services) {
  const auto shared = std::make_shared<Shared>(services);
  const auto to = [&](auto function) {
    return [shared, function](const Call& call) { return function(*shared, call); };
  };
  const Access readers = Access::from(Role::kAnalyst, Scope::kRead);
  const Access admins = Access::from(Role::kAdmin, Scope::kManage);
  const Parameter kind = {"kind", word(kKinds), true};
  const Parameter id = {"id", text().between(1, 64), true};
  const std::string path = "/api/v1/sources/{kind}";
  const Schema saved = object({required("source", source_schema()),
                               required("found", checked_schema()), required("version", integer())})
                           .named("SavedSource");
  const Schema all_settings =
      object({required("settings", settings_schema()),
              required("known", list_of(object({required("name", text()),
                                                required("words", list_of(text()))})))})
          .named("Settings");
  const Schema sent_settings =
      map_of(either({text(), number(), boolean()})).about("All of them: others are unset.");
  const char* tries = "The source in the body, or with {} the one that is saved. ";
  return {
      {.method = "GET",
       .path = "/api/v1/sources",
       .tag = "sources",
       .summary = "What is connected",
       .description = "All four kinds, and what to say about them. Viewers see no paths, columns "
                      "and options.",
       .access = Access::from(Role::kViewer, Scope::kRead),
       .answers = {{200, "The sources",
                    object({required("sources", list_of(source_schema())),
                            required("messages", list_of(message_schema()))})}},
       .run = to(all_sources)},
      {.method = "GET",
       .path = path,
       .tag = "sources",
       .summary = "One source",
       .access = readers,
       .path_parameters = {kind},
       .answers = {{200, "The source", source_schema()}},
       .run = to(one_source)},
      {.method = "PUT",
       .path = path,
       .tag = "sources",
       .summary = "Tests and saves a source",
       .description = "As a new version; when the test fails nothing is saved. Other sources stay.",
       .access = admins,
       .path_parameters = {kind},
       .body = source_body_schema(true),
       .answers = {{200, "It is saved", saved}},
       .problems = {413, 422, 429, 503},
       .run = to(save),
       .lane = slow},
      {.method = "DELETE",
       .path = path,
       .tag = "sources",
       .summary = "Removes a source",
       .description = "Its versions can still be restored.",
       .access = admins,
       .path_parameters = {kind},
       .answers = {{204, "It is removed", {}}},
       .problems = {409},
       .run = to(remove)},
      {.method = "POST",
       .path = path + "/test",
       .tag = "sources",
       .summary = "Tests a source",
       .description = std::string(tries) + "What is wrong with it is the answer, ok = false; "
                                           "columns are told as far as they could be seen.",
       .access = admins,
       .path_parameters = {kind},
       .body = source_body_schema(false),
       .answers = {{200, "What was found", test_schema()}},
       .problems = {409, 429, 503},
       .run = to(test),
       .lane = slow},
      {.method = "POST",
       .path = path + "/preview",
       .tag = "sources",
       .summary = "The first rows of a source",
       .description = std::string(tries) + "No mapping is needed.",
       .access = admins,
       .path_parameters = {kind},
       .query_parameters = {{"rows", integer().between(1, api::kMostPreviewRows)}},
       .body = source_body_schema(false),
       .answers = {{200, "The rows, and how they were read", preview_schema()}},
       .problems = {409, 413, 422, 429, 503},
       .run = to(preview),
       .lane = slow},
      {.method = "POST",
       .path = path + "/mapping",
       .tag = "sources",
       .summary = "Which columns probably mean which fields",
       .description = std::string(tries) + "By the names of columns and their first cells.",
       .access = admins,
       .path_parameters = {kind},
       .body = source_body_schema(false),
       .answers = {{200, "A suggestion", suggestion_schema()}},
       .problems = {409, 413, 422, 429, 503},
       .run = to(suggest),
       .lane = slow},
      {.method = "POST",
       .path = path + "/validate",
       .tag = "sources",
       .summary = "Loads everything on trial",
       .description = std::string(tries) + "Together with the other saved sources, into a store "
                                           "that is thrown away. One at a time.",
       .access = admins,
       .path_parameters = {kind},
       .body = source_body_schema(false),
       .answers = {{202, "It has begun", validation_schema()}},
       .problems = {409, 413, 422, 429},
       .run = to(validate)},
      {.method = "GET",
       .path = "/api/v1/validations/{id}",
       .tag = "sources",
       .summary = "How far a validation is, and what it found",
       .access = admins,
       .path_parameters = {id},
       .answers = {{200, "The validation", validation_schema()}},
       .problems = {404},
       .run = to(validation)},
      {.method = "POST",
       .path = "/api/v1/validations/{id}/cancel",
       .tag = "sources",
       .summary = "Ends a validation",
       .access = admins,
       .path_parameters = {id},
       .answers = {{200, "As it is now; it ends soon", validation_schema()}},
       .problems = {404},
       .run = to(cancel)},
      {.method = "GET",
       .path = path + "/versions",
       .tag = "sources",
       .summary = "The versions of a source",
       .description = "The one in force first.",
       .access = readers,
       .path_parameters = {kind},
       .answers = {{200, "The versions",
                    object({required("versions",
                                     list_of(object({required("version", integer()),
                                                     required("saved_at", moment()),
                                                     required("is_current", boolean()),
                                                     required("source", source_schema())})))})}},
       .run = to(versions)},
      {.method = "POST",
       .path = path + "/versions/{version}/restore",
       .tag = "sources",
       .summary = "Makes an earlier version the newest",
       .description = "After a test, as if it were saved.",
       .access = admins,
       .path_parameters = {kind, {"version", integer().between(1, 1'000'000'000), true}},
       .answers = {{200, "It is saved", saved}},
       .problems = {404, 413, 422, 429, 503},
       .run = to(restore),
       .lane = slow},
      {.method = "GET",
       .path = "/api/v1/configuration",
       .tag = "sources",
       .summary = "The settings",
       .description = "Time zone, currency and what is set of each analysis; and all that there "
                      "are, with the words they may be.",
       .access = readers,
       .answers = {{200, "The settings", all_settings}},
       .run = [shared](const Call&) { return settings(*shared); }},
      {.method = "PUT",
       .path = "/api/v1/configuration",
       .tag = "sources",
       .summary = "Replaces the settings",
       .access = admins,
       .body = object({required("settings", sent_settings)}),
       .answers = {{200, "They are saved", all_settings}},
       .problems = {422},
       .run = to(save_settings)},
  };
}

}  // namespace ca::endpoints
