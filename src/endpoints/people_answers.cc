#include "endpoints/people_answers.h"

#include <nlohmann/json.hpp>

#include "endpoints/cookies.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::Role;

/// What a page may offer; the endpoints decide by themselves.
Json permissions_of(Role role) {
  Json words = Json::array({"reports"});
  const auto add = [&](Role least, std::initializer_list<const char*> more) {
    if (role < least) return;
    for (const char* word : more) words.push_back(word);
  };
  add(Role::kAnalyst, {"members", "export", "run"});
  add(Role::kAdmin, {"sources", "schedule", "people", "settings", "audit"});
  add(Role::kOwner, {"owners"});
  return words;
}

Schema plain_account_schema() {
  return object({required("id", integer()), required("username", text()),
                 required("email", text().or_null()), required("display_name", text()),
                 required("bio", text()), required("role", role_schema()),
                 required("status", word({"active", "disabled"})),
                 required("has_totp", boolean().about("Whether a second factor is asked for.")),
                 required("locale", text()),
                 required("timezone", text().about("IANA name; empty: the workspace's.")),
                 required("theme", text()), required("created_at", moment()),
                 required("last_login_at", moment().or_null())});
}

}  // namespace

people::Visitor visitor_of(const Call& call) {
  return {call.request.address, std::string(call.request.header("User-Agent"))};
}

people::Actor actor_of(const Call& call) {
  return people::Actor::of(*call.who, call.request.address);
}

Schema account_schema() { return plain_account_schema().named("Account"); }

Json or_null(const std::optional<std::string>& text) {
  return text && !text->empty() ? Json(*text) : Json(nullptr);
}

Json account_json(const people::Account& account) {
  return {{"id", account.id},
          {"username", account.username},
          {"email", or_null(account.email)},
          {"display_name", account.display_name},
          {"bio", account.bio},
          {"role", name_of(account.role)},
          {"status", account.is_active ? "active" : "disabled"},
          {"has_totp", account.has_totp},
          {"locale", account.locale},
          {"timezone", account.timezone},
          {"theme", account.theme},
          {"created_at", account.created_at},
          {"last_login_at", or_null(account.last_login_at)}};
}

Schema session_schema() {
  return object({required("user", plain_account_schema().or_null().about("Null: nobody.")),
                 required("csrf_token",
                          text().or_null().about("Sent as X-CSRF-Token with whatever changes "
                                                 "something; null of tokens and of nobody.")),
                 required("permissions", list_of(text()).about("What a page may offer.")),
                 required("registration", word({"open", "closed"})),
                 required("needs_owner", boolean().about("Whether there is no user yet."))})
      .named("Session");
}

Response session_response(people::People& people, const people::Principal* who, int status) {
  Json json = {{"user", nullptr},
               {"csrf_token", nullptr},
               {"permissions", Json::array()},
               {"registration", people.is_registration_open() ? "open" : "closed"},
               {"needs_owner", false}};
  if (who == nullptr) {
    json["needs_owner"] = !people.has_users();
    return json_response(json, status);
  }
  json["user"] = account_json(people.account(who->user));
  json["permissions"] = permissions_of(who->role);
  if (!who->csrf_token.empty()) json["csrf_token"] = who->csrf_token;
  return json_response(json, status);
}

Response begun(people::People& people, const Call& call, const people::SignedIn& signed_in) {
  Response response = session_response(people, &signed_in.who);
  set_session_cookie(response.headers, call.request, signed_in.session);
  if (!signed_in.remember.empty()) {
    set_remember_cookie(response.headers, call.request, signed_in.remember);
  } else if (!remember_cookie(call.request).empty()) {
    delete_remember_cookie(response.headers, call.request);
  }
  return response;
}

Schema link_schema() {
  return object({required("token", text().about("Shown once.")),
                 required("path", text().about("The page that takes it.")),
                 required("expires_at", moment())})
      .named("Link");
}

Response link_response(const people::Link& link, const std::string& page) {
  return json_response(Json{{"token", link.token},
                            {"path", page + "#token=" + link.token},
                            {"expires_at", link.expires_at}},
                       201);
}

Schema username_schema() {
  return text().between(1, 254).about("3 to 64 of A-Z a-z 0-9 . _ -; case does not matter.");
}
Schema password_schema() { return text().between(1, 1024); }
Schema email_schema() { return text().between(1, 254); }
Schema role_schema() { return word({"viewer", "analyst", "admin", "owner"}); }
Schema secret_text_schema() { return text().between(1, 100); }

std::optional<std::string> text_of(const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  return found->get<std::string>();
}

std::string text_or_empty(const Json& body, const char* name) {
  return text_of(body, name).value_or("");
}

std::int64_t id_of(const Call& call) { return std::stoll(call.path.at("id")); }

Parameter id_parameter() { return {"id", integer().between(1, INT64_MAX), true}; }

}  // namespace ca::endpoints
