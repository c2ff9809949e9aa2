#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "endpoints/application.h"
#include "endpoints/schema.h"
#include "people/principal.h"

namespace ca::endpoints {

/// Who may ask. Nothing is allowed by default: an endpoint that does not say it does not compile.
class Access {
 public:
  static Access anyone() { return {std::nullopt, std::nullopt}; }
  static Access from(people::Role role, people::Scope scope) { return {role, scope}; }
  /// Whoever signed in as a person, in any role; no token will do.
  static Access signed_in() { return in_person(people::Role::kViewer); }
  /// As from(), but no token will do: for what could give a stolen token more than it has.
  static Access in_person(people::Role role) { return {role, std::nullopt}; }

  /// The least role; nothing: anyone, also without signing in.
  const std::optional<people::Role>& role() const { return role_; }
  /// What a token must have; nothing: no token will do.
  const std::optional<people::Scope>& scope() const { return scope_; }

 private:
  Access(std::optional<people::Role> role, std::optional<people::Scope> scope)
      : role_(role), scope_(scope) {}

  std::optional<people::Role> role_;
  std::optional<people::Scope> scope_;
};

/// A parameter of the path or the query. Its schema is a string, integer, boolean, or an array of
/// strings (comma-separated, as `dimension=a,b`).
struct Parameter {
  std::string name;
  Schema schema;
  bool is_required = false;
};

/// One answer of an endpoint in its description. Problems are described by themselves.
struct Answer {
  int status = 200;
  std::string description;
  std::optional<Schema> schema;               ///< of application/json
  std::vector<std::string> other_types = {};  ///< further media types
};

/// One request to one endpoint, checked against its declaration.
struct Call {
  const Request& request;
  const people::Principal* who = nullptr;      ///< null where anyone may ask and nobody signed in
  std::map<std::string, std::string> path;     ///< decoded
  std::map<std::string, std::string> query;    ///< decoded; only declared parameters
  std::shared_ptr<const nlohmann::json> body;  ///< null where the endpoint takes none

  /// A parameter of the query, or nothing when it was not sent.
  std::optional<std::string> text(const std::string& name) const;
  std::optional<std::int64_t> integer(const std::string& name) const;
  bool flag(const std::string& name) const;  ///< false when it was not sent
  std::vector<std::string> list(const std::string& name) const;
};

/// Whether an answer with this entity tag is what the client already has (If-None-Match).
bool is_known(const Request& request, std::string_view etag);

/// One endpoint: all that the router, the OpenAPI document and its readers need to know.
struct Endpoint {
  std::string method;
  std::string path;  ///< "/api/v1/reports/{name}"
  std::string tag;   ///< heading in the document: "reports", "runs", ...
  std::string summary;
  std::string description = {};
  Access access;
  std::vector<Parameter> path_parameters = {};
  std::vector<Parameter> query_parameters = {};
  std::optional<Schema> body = {};   ///< of a JSON body; nothing: none is taken
  std::size_t body_limit = 1 << 20;  ///< bytes (SEC-18)
  std::vector<Answer> answers = {};  ///< success and what else is not a problem
  std::vector<int> problems = {};    ///< statuses of problem+json beside those every endpoint has
  std::function<Response(const Call&)> run = {};
  /// Of an endpoint whose body is a file: makes what takes it, after the request was let in.
  std::function<std::unique_ptr<BodySink>(const Call&)> receive = {};
  std::string received_type = {};  ///< the body's media type where `receive` takes it
  /// Which threads; nothing: quick.
  std::function<Lane(const Call&)> lane = {};
  /// Needs no CSRF token although it changes something: signing in, where there is no session yet.
  /// The Origin is looked at all the same.
  bool is_without_csrf = false;
};

}  // namespace ca::endpoints
