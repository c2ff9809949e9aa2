#include "endpoints/openapi.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/utf8.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::ordered_json;

Json ordered(const nlohmann::json& json) { return Json::parse(json.dump()); }

std::string_view phrase_of(int status) {
  switch (status) {
    case 400: return "The request is not as declared";
    case 401: return "Nobody is signed in, or the token is not valid";
    case 403: return "The role, the token's scope or another site's page does not allow it";
    case 404: return "There is no such thing";
    case 405: return "The method is not possible here";
    case 406: return "None of the accepted media types";
    case 409: return "Not possible in the present state";
    case 413: return "The body is too large";
    case 414: return "The address is too long";
    case 431: return "The headers are too large";
    case 415: return "The body's media type is not accepted";
    case 422: return "The input cannot be used";
    case 429: return "Too many requests; Retry-After says when";
    case 500: return "Failed on the server's side";
    case 503: return "Busy; Retry-After says when";
    case 507: return "The disk is full";
    default: return "A problem";
  }
}

Json parameter_json(const Parameter& parameter, const char* place, nlohmann::json& components) {
  Json json = {{"name", parameter.name},
               {"in", place},
               {"required", parameter.is_required || std::string_view(place) == "path"},
               {"schema", ordered(to_json_schema(parameter.schema, components))}};
  if (!parameter.schema.description.empty()) json["description"] = parameter.schema.description;
  if (parameter.schema.type == Schema::Type::kArray) {
    json["style"] = "form";
    json["explode"] = false;
  }
  return json;
}

Json answers_json(const Endpoint& endpoint, nlohmann::json& components) {
  Json answers = Json::object();
  for (const Answer& answer : endpoint.answers) {
    Json json = {{"description", answer.description}};
    if (answer.schema) {
      json["content"]["application/json"]["schema"] =
          ordered(to_json_schema(*answer.schema, components));
    }
    for (const std::string& type : answer.other_types) {
      json["content"][type] = Json::object();
    }
    answers[std::to_string(answer.status)] = std::move(json);
  }
  for (const int status : problems_of(endpoint)) {
    answers[std::to_string(status)] = {
        {"description", phrase_of(status)},
        {"content",
         {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
  }
  return answers;
}

Json operation_json(const Endpoint& endpoint, nlohmann::json& components) {
  Json json = {{"tags", {endpoint.tag}}, {"summary", endpoint.summary}};
  std::string description = endpoint.description;
  const Access& access = endpoint.access;
  if (access.role()) {
    json["x-role"] = name_of(*access.role());
    Json ways = Json::array();
    ways.push_back({{"session", Json::array()}});
    if (access.scope()) {
      json["x-scope"] = name_of(*access.scope());
      ways.push_back({{"token", Json::array()}});
    }
    json["security"] = ways;
  } else {
    json["security"] = Json::array();
  }
  json["description"] = description;
  std::string id = endpoint.method;
  for (const char c : endpoint.path) id += c == '/' || c == '{' || c == '}' || c == '.' ? '_' : c;
  json["operationId"] = id;
  Json parameters = Json::array();
  for (const Parameter& parameter : endpoint.path_parameters) {
    parameters.push_back(parameter_json(parameter, "path", components));
  }
  for (const Parameter& parameter : endpoint.query_parameters) {
    parameters.push_back(parameter_json(parameter, "query", components));
  }
  if (!parameters.empty()) json["parameters"] = parameters;
  if (endpoint.body) {
    json["requestBody"] = {{"required", true},
                           {"content",
                            {{"application/json",
                              {{"schema", ordered(to_json_schema(*endpoint.body, components))}}}}}};
  } else if (endpoint.receive) {
    json["requestBody"] = {
        {"required", true},
        {"content",
         {{endpoint.received_type, {{"schema", {{"type", "string"}, {"format", "binary"}}}}}}}};
  }
  json["responses"] = answers_json(endpoint, components);
  return json;
}

Schema problem_schema() {
  return object({required("type", text()), required("title", text()), required("status", integer()),
                 required("detail", text().at_most(100'000).about("What happened and why.")),
                 required("code", text().about("A stable word: E-PARAM, M-AUTH-BAD, ...")),
                 required("hint", text().at_most(100'000).about("What to do next, or empty.")),
                 required("details", map_of(any())),
                 required("instance", text().about("The request's id, as in the log."))});
}

}  // namespace

std::vector<int> problems_of(const Endpoint& endpoint) {
  std::set<int> statuses(endpoint.problems.begin(), endpoint.problems.end());
  statuses.insert({400, 405, 414, 431, 500, 503});
  if (endpoint.access.role()) statuses.insert({401, 403});
  if (endpoint.method != "GET") statuses.insert(403);
  if (endpoint.body || endpoint.receive) statuses.insert({413, 415});
  return {statuses.begin(), statuses.end()};
}

std::string openapi_json(const std::vector<Endpoint>& endpoints, std::string_view version) {
  nlohmann::json components = nlohmann::json::object();
  components["Problem"] = to_json_schema(problem_schema(), components);
  Json paths = Json::object();
  Json tags = Json::array();
  std::set<std::string> seen;
  for (const Endpoint& endpoint : endpoints) {
    paths[endpoint.path][ascii_lower(endpoint.method)] = operation_json(endpoint, components);
    if (seen.insert(endpoint.tag).second) tags.push_back({{"name", endpoint.tag}});
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "CustomerAnalytics"},
        {"version", version},
        {"description",
         "Answers about a shop's customers. Problems are application/problem+json (RFC 9457) with "
         "a stable code and a hint. Programs send an API token as `Authorization: Bearer`; pages "
         "have a session's cookie and send X-CSRF-Token with whatever changes something."}}},
      {"servers", {{{"url", "/"}}}},
      {"tags", tags},
      {"paths", paths},
      {"components",
       {{"schemas", ordered(components)},
        {"securitySchemes",
         {{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "ca_session"}}},
          {"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
  return document.dump(1);
}

std::vector<Endpoint> document_endpoints(const std::vector<Endpoint>& others,
                                         std::string_view version) {
  const auto fixed = [](std::string path, std::string summary, std::string type) {
    return Endpoint{
        .method = "GET",
        .path = std::move(path),
        .tag = "documentation",
        .summary = std::move(summary),
        .description = "",
        .access = Access::anyone(),
        .answers = {{200, "The document", {}, {std::move(type)}}},
    };
  };
  std::vector<Endpoint> documents = {
      fixed("/api/v1/openapi.json", "This interface as an OpenAPI document", "application/json"),
      fixed("/docs/api", "This interface as a page", "text/html"),
      fixed("/docs/api.css", "The page's style", "text/css")};
  std::vector<Endpoint> all = others;
  all.insert(all.end(), documents.begin(), documents.end());
  const std::string bodies[] = {openapi_json(all, version), docs_page(all, version), docs_style()};
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const std::string type =
        documents[i].answers.front().other_types.front() + (i == 0 ? "" : "; charset=utf-8");
    auto body = std::make_shared<const std::string>(bodies[i]);
    documents[i].run = [type, body](const Call&) {
      Response response;
      response.set_header("Content-Type", type);
      response.set_header("Cache-Control", "public, max-age=300");
      response.body = body;
      return response;
    };
  }
  return documents;
}

}  // namespace ca::endpoints
