// Whatever is asked, the router answers it, and an endpoint is called only as it declares itself:
// with parameters and a body of their schemas, by who may. No request makes a failure on our side,
// and no header of an answer is two.
//
// An input is a request as people write it down: a line "GET /reports/kpis?limit=3", headers, an
// empty line, the body. Who asks is the header X-As: "viewer", "owner token manage", nobody.

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/utf8.h"
#include "endpoints/forms.h"
#include "endpoints/problem.h"
#include "endpoints/router.h"

namespace {

using namespace ca;
using namespace ca::endpoints;
using people::Role;
using people::Scope;
using Json = nlohmann::json;

constexpr std::string_view kVersion = "7";

void must(bool holds) {
  if (!holds) std::abort();
}

std::string_view taken(std::string_view& rest, std::string_view until) {
  const std::size_t end = rest.find(until);
  const std::string_view first = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + until.size());
  return first;
}

Identity identity_of(const Request& request) {
  std::string_view words = request.header("X-As");
  if (words.empty()) return {};
  const auto role = people::role_of(taken(words, " "));
  if (!role) throw Error("E-AUTH", "The API token is not valid.");
  people::Principal who{.user = 1, .username = "kim", .role = *role};
  if (taken(words, " ") == "token") {
    who.scopes.emplace();
    if (const auto scope = people::scope_of(words)) who.scopes->push_back(*scope);
  } else {
    who.session = "s";
    who.csrf_token = "c";
  }
  return {who, {{"Set-Cookie", "ca_session=s"}}};
}

/// The schema's own words, without the code of schema.h.
void check_text(const Schema& schema, const std::string& text) {
  must(is_valid_utf8(text) && text.find('\0') == std::string::npos);
  switch (schema.type) {
    case Schema::Type::kInteger: {
      std::int64_t value = 0;
      const char* end = text.data() + text.size();
      const auto [stop, failure] = std::from_chars(text.data(), end, value);
      must(failure == std::errc() && stop == end);
      must(!schema.least || value >= *schema.least);
      must(!schema.most || value <= *schema.most);
      return;
    }
    case Schema::Type::kBoolean:
      must(text == "true" || text == "false" || text == "1" || text == "0");
      return;
    default: break;
  }
  if (schema.one_of.empty()) {
    must(schema.type == Schema::Type::kArray || !schema.least ||
         text.size() >= static_cast<std::size_t>(*schema.least));
    must(schema.type == Schema::Type::kArray || !schema.most ||
         text.size() <= static_cast<std::size_t>(4 * *schema.most));
  } else {
    must(std::ranges::find(schema.one_of, text) != schema.one_of.end());
  }
}

/// What every endpoint may count on.
void check_call(const Endpoint& endpoint, const Call& call) {
  must(call.request.method == endpoint.method ||
       (call.request.method == "HEAD" && endpoint.method == "GET"));
  if (const auto& role = endpoint.access.role()) {
    must(call.who != nullptr && call.who->role >= *role);
    if (call.who->is_token()) {
      const auto& scope = endpoint.access.scope();
      must(scope && std::ranges::find(*call.who->scopes, *scope) != call.who->scopes->end());
    }
  }
  if (endpoint.method != "GET" && call.who != nullptr && !call.who->is_token()) {
    must(call.request.header("X-CSRF-Token") == call.who->csrf_token);
  }
  must(call.path.size() == endpoint.path_parameters.size());
  for (const Parameter& parameter : endpoint.path_parameters) {
    check_text(parameter.schema, call.path.at(parameter.name));
  }
  std::size_t known = 0;
  for (const Parameter& parameter : endpoint.query_parameters) {
    const auto text = call.text(parameter.name);
    must(text || !parameter.is_required);
    if (!text) continue;
    ++known;
    check_text(parameter.schema, *text);
    if (parameter.schema.type == Schema::Type::kInteger) call.integer(parameter.name);
    if (parameter.schema.type == Schema::Type::kArray) must(!call.list(parameter.name).empty());
  }
  must(known == call.query.size());
  must((call.body != nullptr) == endpoint.body.has_value());
  if (call.body) check(*endpoint.body, *call.body, {});
}

/// A long list in any form, as reports are.
Response page(const Call& call) {
  const api::Form form = form_of(call);
  const std::size_t offset = offset_of(call, kVersion);
  Response response = json_response(Json{{"offset", offset}});
  response.set_header("ETag", "\"7\"");
  add_next_link(response, call, cursor_of(offset + 10, kVersion));
  response.set_header("X-Form", std::string(name_of(form.format)));
  return response;
}

Response echo(const Call& call) {
  return json_response(Json{{"path", call.path}, {"query", call.query}});
}

std::vector<Endpoint> endpoints_to_try() {
  std::vector<Parameter> of_reports = form_parameters();
  of_reports.push_back({"limit", integer().between(1, 1000)});
  of_reports.push_back({"cursor", text().at_most(80)});
  of_reports.push_back({"dimension", list_of(text())});
  of_reports.push_back({"from", day()});
  const Schema settings =
      map_of(either({text(), integer().between(-5, 5), boolean(), list_of(number()).at_most(3)}));
  std::vector<Endpoint> all = {
      {.method = "GET",
       .path = "/reports/{name}",
       .tag = "t",
       .summary = "s",
       .access = Access::from(Role::kViewer, Scope::kRead),
       .path_parameters = {{"name", text().between(1, 20), true}},
       .query_parameters = of_reports,
       .run = page},
      {.method = "GET",
       .path = "/reports",
       .tag = "t",
       .summary = "s",
       .access = Access::anyone(),
       .query_parameters = of_reports,
       .run = page},
      {.method = "GET",
       .path = "/runs/{id}",
       .tag = "t",
       .summary = "s",
       .access = Access::from(Role::kAnalyst, Scope::kRun),
       .path_parameters = {{"id", integer().between(1, 1'000'000), true}},
       .run = echo},
      {.method = "GET",
       .path = "/runs/current",
       .tag = "t",
       .summary = "s",
       .access = Access::anyone(),
       .query_parameters = {{"wait", boolean(), true}},
       .run = echo},
      {.method = "DELETE",
       .path = "/runs/{id}/steps/{step}",
       .tag = "t",
       .summary = "s",
       .access = Access::in_person(Role::kAdmin),
       .path_parameters = {{"id", integer(), true}, {"step", word({"load", "fold"}), true}},
       .run = [](const Call&) { return no_content(); }},
      {.method = "POST",
       .path = "/session",
       .tag = "t",
       .summary = "s",
       .access = Access::anyone(),
       .body = object({required("name", text().between(1, 4)), optional("n", integer()),
                       optional("when", moment().or_null())}),
       .run = echo},
      {.method = "PUT",
       .path = "/settings",
       .tag = "t",
       .summary = "s",
       .access = Access::from(Role::kAdmin, Scope::kManage),
       .body = settings,
       .run = echo},
      {.method = "GET",
       .path = "/settings",
       .tag = "t",
       .summary = "s",
       .access = Access::signed_in(),
       .run = echo}};
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].run = [declared = all[i]](const Call& call) {
      check_call(declared, call);
      return declared.run(call);
    };
  }
  return all;
}

/// Nothing when no server would make a request of the bytes.
std::optional<Request> request_of(std::string_view bytes) {
  Request request;
  request.id = "r1";
  std::string_view line = taken(bytes, "\n");
  request.method = taken(line, " ");
  request.path = taken(line, "?");
  request.query = line;
  for (const char c : request.method + request.path + request.query) {
    if (c <= ' ' || c >= '\x7f' || c == '#') return std::nullopt;
  }
  while (!bytes.empty()) {
    std::string_view header = taken(bytes, "\n");
    if (header.empty()) break;
    const std::string_view name = taken(header, ":");
    while (header.starts_with(' ')) header.remove_prefix(1);
    if (header.find('\0') != header.npos || header.find('\r') != header.npos) return std::nullopt;
    request.headers.emplace_back(name, header);
  }
  request.body = bytes;
  return request;
}

void check_answer(const Response& response) {
  must(response.status >= 200 && response.status < 500);
  for (const auto& [name, value] : response.headers) {
    must(value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos);
  }
  if (response.status < 400) return;
  const Json problem = Json::parse(std::get<std::string>(response.body));
  must(problem.at("status") == response.status);
  must(!problem.at("detail").get<std::string>().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Router router(endpoints_to_try(), identity_of);
  std::optional<Request> request = request_of({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  Admission admission = router.admit(*request);
  if (admission.refusal) {
    must(admission.refusal->status >= 400);
    check_answer(*admission.refusal);
    return 0;
  }
  must(admission.body_limit > 0 || request->method != "POST");
  check_answer(router.answer(*request));
  return 0;
}
