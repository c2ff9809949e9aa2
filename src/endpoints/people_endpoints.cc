// Users, invitations, how people come in, and the audit log: for administrators.

#include <nlohmann/json.hpp>

#include "endpoints/endpoints.h"
#include "endpoints/forms.h"
#include "endpoints/people_answers.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::People;
using people::Role;
using people::Scope;

constexpr std::size_t kSmallBody = 16 << 10;
constexpr std::int64_t kAuditPage = 100;

Access readers() { return Access::from(Role::kAdmin, Scope::kManage); }
/// A stolen token must not make itself a door that stays.
Access changers() { return Access::in_person(Role::kAdmin); }

Schema invitation_schema() {
  return object({required("id", text()), required("username", text().or_null()),
                 required("email", text().or_null()), required("role", role_schema()),
                 required("created_by", integer().or_null().about("A user; null: the program.")),
                 required("created_at", moment()), required("expires_at", moment()),
                 required("used_at", moment().or_null())})
      .named("Invitation");
}

Json invitation_json(const people::Invitation& invitation) {
  return {{"id", invitation.id},
          {"username", or_null(invitation.username)},
          {"email", or_null(invitation.email)},
          {"role", name_of(invitation.role)},
          {"created_by", invitation.created_by ? Json(*invitation.created_by) : Json(nullptr)},
          {"created_at", invitation.created_at},
          {"expires_at", invitation.expires_at},
          {"used_at", or_null(invitation.used_at)}};
}

Schema audit_schema() {
  return object({required("id", integer()), required("at", moment()),
                 required("user", integer().or_null().about("Null: nobody who signed in.")),
                 required("username", text()), required("address", text()),
                 required("action", text().about("As \"user.change\".")),
                 required("object", text().about("As \"user/7\".")), required("before", any()),
                 required("after", any())})
      .named("AuditRecord");
}

Json json_or_null(const std::string& text) {
  Json json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? Json(nullptr) : json;
}

Json audit_json(const workspace::AuditRecord& record) {
  return {{"id", record.id},
          {"at", record.at},
          {"user", record.user ? Json(*record.user) : Json(nullptr)},
          {"username", record.username},
          {"address", record.address},
          {"action", record.action},
          {"object", record.object},
          {"before", json_or_null(record.before_json)},
          {"after", json_or_null(record.after_json)}};
}

Response audit(People& people, const Call& call) {
  const auto limit = static_cast<std::size_t>(call.integer("limit").value_or(kAuditPage));
  auto records = people.audit(call.integer("cursor").value_or(0), limit + 1);
  Json next = nullptr;
  if (records.size() > limit) {
    records.pop_back();
    next = records.back().id;
  }
  Json list = Json::array();
  for (const auto& record : records) list.push_back(audit_json(record));
  Response response = json_response(Json{{"records", list}, {"next", next}});
  if (!next.is_null()) add_next_link(response, call, std::to_string(records.back().id));
  return response;
}

Response change_user(People& people, const Call& call) {
  const Json& body = *call.body;
  people::UserChange change;
  if (const auto role = text_of(body, "role")) change.role = people::role_of(*role);
  if (const auto status = text_of(body, "status")) change.is_active = *status == "active";
  change.without_totp = body.value("remove_totp", false);
  return json_response(account_json(people.change_user(actor_of(call), id_of(call), change)));
}

std::vector<Endpoint> invitation_endpoints(People& people) {
  return {
      {.method = "GET",
       .path = "/api/v1/invitations",
       .tag = "people",
       .summary = "Invitations",
       .description = "Also used and old ones, the newest first.",
       .access = readers(),
       .answers = {{200, "The invitations",
                    object({required("invitations", list_of(invitation_schema()))})}},
       .run =
           [&people](const Call&) {
             Json list = Json::array();
             for (const auto& one : people.invitations()) list.push_back(invitation_json(one));
             return json_response(Json{{"invitations", list}});
           }},
      {.method = "POST",
       .path = "/api/v1/invitations",
       .tag = "people",
       .summary = "Invite somebody",
       .description =
           "Makes a link of one use within 7 days. Nobody can give a role above his own. "
           "It ends with its maker's right to give it.",
       .access = changers(),
       .body = object({required("role", role_schema()), optional("email", email_schema().or_null()),
                       optional("username", username_schema().or_null())}),
       .body_limit = kSmallBody,
       .answers = {{201, "The link", link_schema()}},
       .problems = {409},
       .run =
           [&people](const Call& call) {
             const Json& body = *call.body;
             people::NewInvitation invitation;
             invitation.role = *people::role_of(body.at("role").get<std::string>());
             invitation.email = text_of(body, "email");
             invitation.username = text_of(body, "username");
             return link_response(people.invite(actor_of(call), invitation), "/register");
           }},
      {.method = "DELETE",
       .path = "/api/v1/invitations/{id}",
       .tag = "people",
       .summary = "Take back an invitation",
       .description = "",
       .access = changers(),
       .path_parameters = {{"id", text().between(1, 64), true}},
       .answers = {{204, "It is not good any more", {}}},
       .problems = {404},
       .run =
           [&people](const Call& call) {
             people.remove_invitation(actor_of(call), call.path.at("id"));
             return no_content();
           }},
  };
}

std::vector<Endpoint> settings_endpoints(People& people) {
  const Schema settings = object({required("registration", word({"open", "closed"}))});
  const auto answer = [&people] {
    return json_response(Json{{"registration", people.is_registration_open() ? "open" : "closed"}});
  };
  return {
      {.method = "GET",
       .path = "/api/v1/settings/people",
       .tag = "people",
       .summary = "How people come in",
       .description = "",
       .access = readers(),
       .answers = {{200, "The settings", settings}},
       .run = [answer](const Call&) { return answer(); }},
      {.method = "PUT",
       .path = "/api/v1/settings/people",
       .tag = "people",
       .summary = "Set how people come in",
       .description = "While registration is open, whoever reaches the server can become a viewer.",
       .access = changers(),
       .body = settings,
       .body_limit = kSmallBody,
       .answers = {{200, "The settings", settings}},
       .run =
           [&people, answer](const Call& call) {
             people.set_registration_open(actor_of(call), call.body->at("registration") == "open");
             return answer();
           }},
      {.method = "GET",
       .path = "/api/v1/audit",
       .tag = "people",
       .summary = "The audit log",
       .description = "Who did what and when, the newest first, a page at a time.",
       .access = readers(),
       .query_parameters = {{"cursor", integer().between(1, INT64_MAX).about("`next` of a page.")},
                            {"limit", integer().between(1, 1000)}},
       .answers = {{200, "A page",
                    object({required("records", list_of(audit_schema())),
                            required("next", integer().or_null().about("Null: the last page."))})}},
       .run = [&people](const Call& call) { return audit(people, call); }},
  };
}

}  // namespace

std::vector<Endpoint> user_endpoints(People& people) {
  std::vector<Endpoint> endpoints = {
      {.method = "GET",
       .path = "/api/v1/users",
       .tag = "people",
       .summary = "The users",
       .description = "By name.",
       .access = readers(),
       .answers = {{200, "The users", object({required("users", list_of(account_schema()))})}},
       .run =
           [&people](const Call&) {
             Json list = Json::array();
             for (const auto& account : people.users()) list.push_back(account_json(account));
             return json_response(Json{{"users", list}});
           }},
      {.method = "PATCH",
       .path = "/api/v1/users/{id}",
       .tag = "people",
       .summary = "Change a user",
       .description = "All that is sent or nothing. A disabled user's sessions end and his tokens "
                      "rest. E-CONFLICT for what would leave no owner, and for removing one's own "
                      "second factor (use DELETE /api/v1/account/totp), M-403 for a role above "
                      "one's own.",
       .access = changers(),
       .path_parameters = {id_parameter()},
       .body = object(
           {optional("role", role_schema()), optional("status", word({"active", "disabled"})),
            optional("remove_totp", boolean().about("Takes the second factor from somebody who "
                                                    "lost it."))}),
       .body_limit = kSmallBody,
       .answers = {{200, "The user as he is now", account_schema()}},
       .problems = {404, 409},
       .run = [&people](const Call& call) { return change_user(people, call); }},
      {.method = "DELETE",
       .path = "/api/v1/users/{id}",
       .tag = "people",
       .summary = "Remove a user",
       .description =
           "It cannot be undone; what others see loses the name. E-CONFLICT for oneself: "
           "use DELETE /api/v1/account.",
       .access = changers(),
       .path_parameters = {id_parameter()},
       .answers = {{204, "He is removed", {}}},
       .problems = {404, 409},
       .run =
           [&people](const Call& call) {
             people.remove_user(actor_of(call), id_of(call));
             return no_content();
           }},
      {.method = "POST",
       .path = "/api/v1/users/{id}/password-reset",
       .tag = "people",
       .summary = "Let a user set a new password",
       .description =
           "Makes a link of one use within an hour, in place of any before. It ends with its "
           "maker's right to make it. E-CONFLICT for oneself: use PUT "
           "/api/v1/account/password.",
       .access = changers(),
       .path_parameters = {id_parameter()},
       .answers = {{201, "The link", link_schema()}},
       .problems = {404, 409},
       .run =
           [&people](const Call& call) {
             return link_response(people.start_password_reset(actor_of(call), id_of(call)),
                                  "/reset-password");
           }},
  };
  for (auto&& part : {invitation_endpoints(people), settings_endpoints(people)}) {
    endpoints.insert(endpoints.end(), part.begin(), part.end());
  }
  return endpoints;
}

std::vector<Endpoint> people_endpoints(Services& services) {
  std::vector<Endpoint> endpoints = session_endpoints(services.people);
  for (auto&& part : {account_endpoints(services.people), user_endpoints(services.people)}) {
    endpoints.insert(endpoints.end(), part.begin(), part.end());
  }
  return endpoints;
}

}  // namespace ca::endpoints
