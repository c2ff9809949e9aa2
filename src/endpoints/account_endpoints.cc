// What people do to their own accounts. No token will do for any of it.

#include <nlohmann/json.hpp>

#include "endpoints/cookies.h"
#include "endpoints/people_answers.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::People;

constexpr std::size_t kSmallBody = 16 << 10;

Schema browser_schema() {
  return object({required("id", text()), required("created_at", moment()),
                 required("last_seen_at", moment()), required("expires_at", moment()),
                 required("address", text()), required("user_agent", text()),
                 required("is_current", boolean().about("Whether it is the one that asks.")),
                 required("is_remembered", boolean().about("Whether it may sign itself in."))})
      .named("Browser");
}

Json browser_json(const people::Browser& browser) {
  return {{"id", browser.id},
          {"created_at", browser.created_at},
          {"last_seen_at", browser.last_seen_at},
          {"expires_at", browser.expires_at},
          {"address", browser.address},
          {"user_agent", browser.user_agent},
          {"is_current", browser.is_current},
          {"is_remembered", browser.is_remembered}};
}

Schema scopes_schema() { return list_of(word({"read", "run", "manage", "metrics"})).between(1, 4); }

std::vector<Property> token_properties() {
  return {required("id", integer()),
          required("name", text()),
          required("scopes", scopes_schema()),
          required("created_at", moment()),
          required("expires_at", moment().or_null()),
          required("last_used_at", moment().or_null().about("To the minute."))};
}

Schema new_token_schema() {
  std::vector<Property> properties = token_properties();
  properties.push_back(required("token", text().about("What is sent as bearer; shown once.")));
  return object(std::move(properties)).named("NewApiToken");
}

Json token_json(const people::ApiToken& token) {
  Json scopes = Json::array();
  for (const people::Scope scope : token.scopes) scopes.push_back(name_of(scope));
  return {{"id", token.id},
          {"name", token.name},
          {"scopes", scopes},
          {"created_at", token.created_at},
          {"expires_at", or_null(token.expires_at)},
          {"last_used_at", or_null(token.last_used_at)}};
}

template <class Item, class ToJson>
Response list_response(const char* name, const std::vector<Item>& items, ToJson to_json) {
  Json list = Json::array();
  for (const Item& item : items) list.push_back(to_json(item));
  return json_response(Json{{name, list}});
}

Response without_cookies(const Call& call) {
  Response response = no_content();
  delete_session_cookie(response.headers, call.request);
  delete_remember_cookie(response.headers, call.request);
  return response;
}

std::string password_of(const Call& call) { return call.body->at("password").get<std::string>(); }

Response change_account(People& people, const Call& call) {
  const Json& body = *call.body;
  people::AccountChange change;
  change.display_name = text_of(body, "display_name");
  if (body.contains("email")) change.email = text_or_empty(body, "email");
  change.bio = text_of(body, "bio");
  change.locale = text_of(body, "locale");
  change.timezone = text_of(body, "timezone");
  change.theme = text_of(body, "theme");
  return json_response(account_json(people.change_account(*call.who, change, visitor_of(call))));
}

Response create_token(People& people, const Call& call) {
  const Json& body = *call.body;
  std::vector<people::Scope> scopes;
  for (const people::Scope scope : {people::Scope::kRead, people::Scope::kRun,
                                    people::Scope::kManage, people::Scope::kMetrics}) {
    for (const Json& word : body.at("scopes")) {
      if (word == name_of(scope)) {
        scopes.push_back(scope);
        break;
      }
    }
  }
  std::optional<int> days;
  const auto found = body.find("expires_in_days");
  if (found != body.end() && !found->is_null()) days = static_cast<int>(found->get<double>());
  const people::NewApiToken made = people.create_token(
      *call.who, body.at("name").get<std::string>(), scopes, days, visitor_of(call));
  Json json = token_json(made.token);
  json["token"] = made.text;
  return json_response(json, 201);
}

std::vector<Endpoint> password_endpoints(People& people) {
  const Schema proof = object({required("password", password_schema())});
  return {
      {.method = "PUT",
       .path = "/api/v1/account/password",
       .tag = "account",
       .summary = "Change one's password",
       .description = "Ends all sessions, also this one, and begins a new one with a new CSRF "
                      "token. API tokens stay. M-SET-PW when `current` is wrong.",
       .access = Access::signed_in(),
       .body = object(
           {required("current", password_schema()), required("password", password_schema())}),
       .body_limit = kSmallBody,
       .answers = {{200, "A new session", session_schema()}},
       .problems = {422, 429},
       .run =
           [&people](const Call& call) {
             return begun(
                 people, call,
                 people.change_password(*call.who, call.body->at("current").get<std::string>(),
                                        password_of(call), visitor_of(call)));
           },
       .lane = password_lane},
      {.method = "POST",
       .path = "/api/v1/account/totp",
       .tag = "account",
       .summary = "Begin a second factor",
       .description = "Makes a secret for an authenticator app. Nothing is asked for before it is "
                      "confirmed.",
       .access = Access::signed_in(),
       .body = proof,
       .body_limit = kSmallBody,
       .answers = {{201, "The secret",
                    object({required("secret", text().about("Base 32, to be typed.")),
                            required("uri", text().about("To be shown as a QR code."))})}},
       .problems = {409, 422, 429},
       .run =
           [&people](const Call& call) {
             const people::TotpSetup setup =
                 people.begin_totp(*call.who, password_of(call), visitor_of(call));
             return json_response(Json{{"secret", setup.secret}, {"uri", setup.uri}}, 201);
           },
       .lane = password_lane},
      {.method = "POST",
       .path = "/api/v1/account/totp/confirm",
       .tag = "account",
       .summary = "Confirm a second factor",
       .description = "By a first code; from now on it is asked for. M-AUTH-TOTP when it is wrong.",
       .access = Access::signed_in(),
       .body = object({required("code", text().between(1, 16))}),
       .body_limit = kSmallBody,
       .answers = {{204, "The second factor is asked for", {}}},
       .problems = {409, 422, 429},
       .run =
           [&people](const Call& call) {
             people.confirm_totp(*call.who, call.body->at("code").get<std::string>(),
                                 visitor_of(call));
             return no_content();
           }},
      {.method = "DELETE",
       .path = "/api/v1/account/totp",
       .tag = "account",
       .summary = "Remove the second factor",
       .description = "",
       .access = Access::signed_in(),
       .body = proof,
       .body_limit = kSmallBody,
       .answers = {{204, "It is not asked for any more", {}}},
       .problems = {422, 429},
       .run =
           [&people](const Call& call) {
             people.remove_totp(*call.who, password_of(call), visitor_of(call));
             return no_content();
           },
       .lane = password_lane},
  };
}

std::vector<Endpoint> browser_endpoints(People& people) {
  return {
      {.method = "GET",
       .path = "/api/v1/account/sessions",
       .tag = "account",
       .summary = "Where one is signed in",
       .description = "Sessions, and browsers that may sign themselves in. The last seen first.",
       .access = Access::signed_in(),
       .answers = {{200, "The browsers",
                    object({required("sessions", list_of(browser_schema()))})}},
       .run =
           [&people](const Call& call) {
             return list_response("sessions", people.sessions(*call.who), browser_json);
           }},
      {.method = "DELETE",
       .path = "/api/v1/account/sessions",
       .tag = "account",
       .summary = "Sign out everywhere else",
       .description = "Ends all sessions but the one that asks.",
       .access = Access::signed_in(),
       .answers = {{204, "They ended", {}}},
       .run =
           [&people](const Call& call) {
             people.end_other_sessions(*call.who, visitor_of(call));
             return no_content();
           }},
      {.method = "DELETE",
       .path = "/api/v1/account/sessions/{id}",
       .tag = "account",
       .summary = "Sign out one browser",
       .description = "It cannot sign itself in again.",
       .access = Access::signed_in(),
       .path_parameters = {{"id", text().between(1, 64), true}},
       .answers = {{204, "It ended", {}}},
       .problems = {404},
       .run =
           [&people](const Call& call) {
             people.end_session(*call.who, call.path.at("id"), visitor_of(call));
             return call.path.at("id") == call.who->session ? without_cookies(call) : no_content();
           }},
  };
}

std::vector<Endpoint> token_endpoints(People& people) {
  return {
      {.method = "GET",
       .path = "/api/v1/account/tokens",
       .tag = "account",
       .summary = "One's API tokens",
       .description = "",
       .access = Access::signed_in(),
       .answers = {{200, "The tokens",
                    object({required("tokens",
                                     list_of(object(token_properties()).named("ApiToken")))})}},
       .run =
           [&people](const Call& call) {
             return list_response("tokens", people.tokens(call.who->user), token_json);
           }},
      {.method = "POST",
       .path = "/api/v1/account/tokens",
       .tag = "account",
       .summary = "Make an API token",
       .description = "For a program that acts for oneself: it may what its scopes say, and never "
                      "more than one's role. The token is shown once.",
       .access = Access::signed_in(),
       .body = object(
           {required("name", text().between(1, 100)), required("scopes", scopes_schema()),
            optional("expires_in_days",
                     integer().between(1, 3650).or_null().about("Null: it does not expire."))}),
       .body_limit = kSmallBody,
       .answers = {{201, "The token", new_token_schema()}},
       .run = [&people](const Call& call) { return create_token(people, call); }},
      {.method = "DELETE",
       .path = "/api/v1/account/tokens/{id}",
       .tag = "account",
       .summary = "Remove an API token",
       .description = "From the next request on nobody is let in by it.",
       .access = Access::signed_in(),
       .path_parameters = {id_parameter()},
       .answers = {{204, "It is removed", {}}},
       .problems = {404},
       .run =
           [&people](const Call& call) {
             people.remove_token(*call.who, id_of(call), visitor_of(call));
             return no_content();
           }},
  };
}

}  // namespace

std::vector<Endpoint> account_endpoints(People& people) {
  std::vector<Endpoint> endpoints = {
      {.method = "GET",
       .path = "/api/v1/account",
       .tag = "account",
       .summary = "One's account",
       .description = "",
       .access = Access::signed_in(),
       .answers = {{200, "The account", account_schema()}},
       .run =
           [&people](const Call& call) {
             return json_response(account_json(people.account(call.who->user)));
           }},
      {.method = "PATCH",
       .path = "/api/v1/account",
       .tag = "account",
       .summary = "Change one's account",
       .description = "What is not sent stays.",
       .access = Access::signed_in(),
       .body = object(
           {optional("display_name", text().at_most(100)),
            optional("email", email_schema().or_null()), optional("bio", text().at_most(2000)),
            optional("locale", text().at_most(35)), optional("timezone", text().at_most(64)),
            optional("theme", word({"", "light", "dark", "system"}))}),
       .body_limit = kSmallBody,
       .answers = {{200, "The account as it is now", account_schema()}},
       .problems = {409},
       .run = [&people](const Call& call) { return change_account(people, call); }},
      {.method = "DELETE",
       .path = "/api/v1/account",
       .tag = "account",
       .summary = "Delete one's account",
       .description = "With one's password and user name. It cannot be undone; what others see "
                      "loses the name. E-CONFLICT for the only owner.",
       .access = Access::signed_in(),
       .body = object(
           {required("password", password_schema()), required("username", username_schema())}),
       .body_limit = kSmallBody,
       .answers = {{204, "The account is deleted", {}}},
       .problems = {409, 422, 429},
       .run =
           [&people](const Call& call) {
             people.delete_account(*call.who, password_of(call),
                                   call.body->at("username").get<std::string>(), visitor_of(call));
             return without_cookies(call);
           },
       .lane = password_lane},
  };
  for (auto&& part :
       {password_endpoints(people), browser_endpoints(people), token_endpoints(people)}) {
    endpoints.insert(endpoints.end(), part.begin(), part.end());
  }
  return endpoints;
}

}  // namespace ca::endpoints
