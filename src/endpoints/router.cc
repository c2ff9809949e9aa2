#include "endpoints/router.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/messages.h"
#include "base/utf8.h"
#include "endpoints/cross_site.h"
#include "endpoints/forms.h"
#include "endpoints/header_text.h"
#include "endpoints/problem.h"
#include "endpoints/target.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int kDepth = 64;

bool is_variable(std::string_view segment) { return segment.starts_with('{'); }
std::string variable_of(std::string_view segment) {
  return std::string(segment.substr(1, segment.size() - 2));
}

bool is_unsafe(std::string_view method) { return method != "GET" && method != "HEAD"; }

/// A GET answers HEAD too; the server leaves out the body.
bool answers(const Endpoint& endpoint, std::string_view method) {
  return endpoint.method == method || (method == "HEAD" && endpoint.method == "GET");
}

/// A parameter's text as the JSON value that its schema speaks of.
Json typed(const Schema& schema, const std::string& text) {
  switch (schema.type) {
    case Schema::Type::kInteger: {
      std::int64_t value = 0;
      const auto end = text.data() + text.size();
      const auto [stop, failure] = std::from_chars(text.data(), end, value);
      if (failure == std::errc() && stop == end) return value;
      return text;
    }
    case Schema::Type::kBoolean:
      if (text == "true" || text == "1") return true;
      if (text == "false" || text == "0") return false;
      return text;
    default: return text;
  }
}

void check_parameter(const Parameter& parameter, const std::string& text) {
  if (parameter.schema.type == Schema::Type::kArray) {
    check(endpoints::text(), Json(text), parameter.name);
    return;
  }
  check(parameter.schema, typed(parameter.schema, text), parameter.name);
}

std::map<std::string, std::string> checked_query(const Endpoint& endpoint, const Request& request) {
  std::map<std::string, std::string> values;
  for (auto& [name, value] : parse_query(request.query)) {
    const auto declared = std::ranges::find(endpoint.query_parameters, name, &Parameter::name);
    if (declared == endpoint.query_parameters.end()) {
      std::vector<std::string> known;
      for (const Parameter& parameter : endpoint.query_parameters) known.push_back(parameter.name);
      const std::string guess = nearest_name(name, known);
      throw Error("E-PARAM", fmt::format("There is no parameter \"{}\" here.", name),
                  guess.empty() ? std::string() : fmt::format("Did you mean {}?", guess),
                  {{"field", name}});
    }
    check_parameter(*declared, value);
    const auto [place, is_new] = values.emplace(name, value);
    if (is_new) continue;
    if (declared->schema.type != Schema::Type::kArray) {
      throw Error("E-PARAM", fmt::format("{} is given twice.", name), {}, {{"field", name}});
    }
    place->second += "," + value;
  }
  for (const Parameter& parameter : endpoint.query_parameters) {
    if (parameter.is_required && !values.contains(parameter.name)) {
      throw Error("E-PARAM", fmt::format("{} is missing.", parameter.name), {},
                  {{"field", parameter.name}});
    }
  }
  return values;
}

/// In small letters, without its parameters.
std::string media_type_of(const Request& request) {
  std::string_view type = request.header("Content-Type");
  return ascii_lower(take_item(type, ';'));
}

std::shared_ptr<const Json> parsed(const Endpoint& endpoint, const Request& request) {
  try {
    auto json = std::make_shared<const Json>(
        Json::parse(request.body, [](int depth, Json::parse_event_t, const Json&) {
          if (depth > kDepth) throw Error("E-JSON", "The body is nested too deep.");
          return true;
        }));
    check(*endpoint.body, *json, {});
    return json;
  } catch (const Json::exception&) {
    throw Error("E-JSON", "The body is not JSON.", "Send UTF-8 JSON as application/json.");
  }
}

void check_access(const Access& access, const std::optional<people::Principal>& who) {
  if (!access.role()) return;
  if (!who) {
    throw Error("E-AUTH", "Nobody is signed in.",
                "Sign in, or send an API token as Authorization: Bearer.");
  }
  if (who->is_token()) {
    if (!access.scope()) {
      throw Error("E-FORBIDDEN", "An API token cannot do this.", "Sign in as a person.");
    }
    if (std::ranges::find(*who->scopes, *access.scope()) == who->scopes->end()) {
      throw Error("E-FORBIDDEN",
                  fmt::format("The API token lacks the scope \"{}\".", name_of(*access.scope())),
                  "Make a token with that scope.",
                  {{"scope", std::string(name_of(*access.scope()))}});
    }
  }
  if (who->role < *access.role()) {
    throw lacks_role(who->role, *access.role(), "allow this", "Ask an administrator.");
  }
}

}  // namespace

// ---- calls --------------------------------------------------------------------------------------

std::optional<std::string> Call::text(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::int64_t> Call::integer(const std::string& name) const {
  const std::optional<std::string> digits = text(name);
  if (!digits) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(digits->data(), digits->data() + digits->size(), value);
  return value;
}

bool Call::flag(const std::string& name) const {
  const std::optional<std::string> word = text(name);
  return word == "true" || word == "1";
}

std::vector<std::string> Call::list(const std::string& name) const {
  std::vector<std::string> items;
  const std::optional<std::string> all = text(name);
  if (!all) return items;
  for (std::string_view rest = *all;;) {
    const std::size_t comma = rest.find(',');
    items.emplace_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) return items;
    rest.remove_prefix(comma + 1);
  }
}

bool is_known(const Request& request, std::string_view etag) {
  const std::string_view tags = request.header("If-None-Match");
  if (tags.empty() || etag.empty()) return false;
  if (tags == "*") return true;
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return tags.find(etag) != std::string_view::npos;
}

// ---- routing ------------------------------------------------------------------------------------

struct Router::Found {
  const Endpoint* endpoint = nullptr;
  std::map<std::string, std::string> path;
  std::set<std::string> methods;  ///< of all endpoints of that path
  std::string_view template_path;
};

struct Router::Admitted {
  const Endpoint* endpoint;
  std::optional<people::Principal> who;
  std::map<std::string, std::string> path;
  std::map<std::string, std::string> query;
  Headers headers;

  Call call(const Request& request) const {
    return {request, who ? &*who : nullptr, path, query, nullptr};
  }
};

Router::Router(std::vector<Endpoint> endpoints, Identify identify, Observe observe)
    : endpoints_(std::move(endpoints)),
      identify_(std::move(identify)),
      observe_(std::move(observe)) {
  for (const Endpoint& endpoint : endpoints_) {
    const auto segments = segments_of(endpoint.path);
    segments_.emplace_back(segments->begin(), segments->end());
  }
}

Router::Found Router::find(const Request& request) const {
  Found found;
  const auto asked = segments_of(request.path);
  if (!asked) return found;
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    const std::vector<std::string>& segments = segments_[i];
    if (segments.size() != asked->size()) continue;
    bool is_literal = true;
    const bool is_same =
        std::ranges::equal(segments, *asked, [&](const auto& own, const auto& sent) {
          is_literal = is_literal && !is_variable(own);
          return is_variable(own) || own == sent;
        });
    if (!is_same) continue;
    const Endpoint& endpoint = endpoints_[i];
    found.methods.insert(endpoint.method);
    if (!answers(endpoint, request.method)) continue;
    if (found.endpoint != nullptr && !is_literal) continue;  // "/runs/current" before "/runs/{id}"
    found.endpoint = &endpoint;
    found.path.clear();
    for (std::size_t s = 0; s < segments.size(); ++s) {
      if (!is_variable(segments[s])) continue;
      std::optional<std::string> value = decode((*asked)[s]);
      if (!value) {
        throw Error("E-PARAM", "The path of the address is not percent-encoded UTF-8.");
      }
      found.path[variable_of(segments[s])] = *std::move(value);
    }
  }
  return found;
}

std::shared_ptr<Router::Admitted> Router::let_in(const Request& request, Headers& headers) {
  Found found = find(request);
  if (found.methods.empty()) throw message_error("M-404");
  if (found.endpoint == nullptr) {
    std::set<std::string> methods = found.methods;
    if (methods.contains("GET")) methods.insert("HEAD");
    throw Error("E-METHOD", fmt::format("{} is not possible here.", request.method), {},
                {{"allow", fmt::format("{}", fmt::join(methods, ", "))}});
  }
  const Endpoint& endpoint = *found.endpoint;
  Identity identity = identify_(request);
  headers = identity.headers;
  check_access(endpoint.access, identity.who);
  if (is_unsafe(endpoint.method) && !(identity.who && identity.who->is_token())) {
    check_origin(request);
    if (identity.who && !endpoint.is_without_csrf) check_csrf(request, *identity.who);
  }
  for (const Parameter& parameter : endpoint.path_parameters) {
    check_parameter(parameter, found.path.at(parameter.name));
  }
  if (endpoint.body && media_type_of(request) != "application/json") {
    throw Error("E-MEDIA", "The body must be application/json.",
                "Send Content-Type: application/json.");
  }
  auto admitted = std::make_shared<Admitted>();
  admitted->endpoint = &endpoint;
  admitted->query = checked_query(endpoint, request);
  admitted->who = std::move(identity.who);
  admitted->path = std::move(found.path);
  admitted->headers = std::move(identity.headers);
  return admitted;
}

Response Router::refuse(const Error& error, const Request& request, std::string_view path) const {
  Response response = problem(error, request);
  for (const auto& [name, value] : error.details()) {
    if (error.code() == "E-METHOD" && name == "allow") response.set_header("Allow", value);
  }
  if (observe_) observe_(path, request.method, response.status, 0);
  return response;
}

Admission Router::admit(Request& request) {
  Admission admission;
  Headers headers;  // a browser that was signed in must learn its new cookies also when refused
  try {
    std::shared_ptr<Admitted> admitted = let_in(request, headers);
    const Endpoint& endpoint = *admitted->endpoint;
    const Call call = admitted->call(request);
    admission.body_limit = endpoint.body || endpoint.receive ? endpoint.body_limit : 0;
    if (endpoint.lane) admission.lane = endpoint.lane(call);
    if (endpoint.receive) admission.sink = endpoint.receive(call);
    request.admitted = std::move(admitted);
  } catch (const Error& error) {
    admission.refusal = refuse(error, request, {});
  } catch (const std::exception& failure) {
    admission.refusal = refuse(Error("E-INTERNAL", failure.what()), request, {});
  }
  if (admission.refusal) {
    for (const auto& [name, value] : headers) admission.refusal->set_header(name, value);
  }
  return admission;
}

Response Router::answer(const Request& request) {
  const auto& admitted = *static_cast<const Admitted*>(request.admitted.get());
  const Endpoint& endpoint = *admitted.endpoint;
  const auto begin = Clock::now();
  Response response;
  try {
    Call call = admitted.call(request);
    if (endpoint.body) call.body = parsed(endpoint, request);
    response = endpoint.run(call);
    const std::string* etag = find_header(response.headers, "ETag");
    if (response.status == 200 && !is_unsafe(request.method) && etag != nullptr &&
        is_known(request, *etag)) {
      response.status = 304;
      response.body = std::string();
    }
  } catch (const Error& error) {
    response = problem(error, request);
  } catch (const std::exception& failure) {
    response = problem(Error("E-INTERNAL", failure.what()), request);
  }
  // Before the endpoint's own: of two cookies of one name the last counts.
  response.headers.insert(response.headers.begin(), admitted.headers.begin(),
                          admitted.headers.end());
  if (has_form_of_accept(endpoint, admitted.query)) response.set_header("Vary", "Accept");
  if (admitted.who) response.user = admitted.who->username;
  if (observe_) {
    observe_(endpoint.path, endpoint.method, response.status,
             std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return response;
}

}  // namespace ca::endpoints
