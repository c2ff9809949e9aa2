// What SEC-01 to SEC-39 of the review ask of signing in, tried through the router with real people
// behind it; what needs sockets stands in server/.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "endpoints/authentication.h"
#include "endpoints/people_answers.h"
#include "endpoints/problem.h"
#include "endpoints/router.h"
#include "people/test_support.h"
#include "workspace/files.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;
using people::Role;
using people::testing::kOther;
using people::testing::kPassword;
using people::testing::Town;

std::string text_of(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  return {};
}
Json json_of(const Response& response) { return Json::parse(text_of(response)); }

/// A browser that keeps cookies and the CSRF token, as a page's script does.
class Browser {
 public:
  Browser(Router& router, std::string address = "192.0.2.9")
      : router_(router), address_(std::move(address)) {}

  Response ask(const std::string& method, const std::string& path, const Json& body = nullptr,
               Headers headers = {}) {
    Request request;
    request.id = "1";
    request.method = method;
    request.path = path.substr(0, path.find('?'));
    if (const auto mark = path.find('?'); mark != std::string::npos) {
      request.query = path.substr(mark + 1);
    }
    request.address = address_;
    request.is_secure = is_secure;
    request.cancellation = std::make_shared<Cancellation>();
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "shop.example");
    std::string line;
    for (const auto& [name, value] : cookies) line += name + "=" + value + "; ";
    if (!line.empty()) request.headers.emplace_back("Cookie", line);
    if (!csrf.empty()) request.headers.emplace_back("X-CSRF-Token", csrf);
    if (!body.is_null()) {
      request.headers.emplace_back("Content-Type", "application/json");
      request.body = body.dump();
    }
    Admission admission = router_.admit(request);
    Response response = admission.refusal ? *std::move(admission.refusal) : router_.answer(request);
    for (const auto& [name, value] : response.headers) {
      if (name != "Set-Cookie") continue;
      const std::string cookie = value.substr(0, value.find('='));
      const std::string content =
          value.substr(cookie.size() + 1, value.find(';') - cookie.size() - 1);
      if (content.empty()) {
        cookies.erase(cookie);
      } else {
        cookies[cookie] = content;
      }
    }
    return response;
  }
  Response sign_in(const std::string& name, bool remember = false,
                   const std::string& password = kPassword) {
    Response response = ask("POST", "/api/v1/session",
                            {{"username", name}, {"password", password}, {"remember", remember}});
    if (response.status == 200) csrf = json_of(response).at("csrf_token").get<std::string>();
    return response;
  }

  std::map<std::string, std::string> cookies;
  std::string csrf;
  bool is_secure = false;

 private:
  Router& router_;
  std::string address_;
};

/// The path with an id in place of the variable.
std::string path_of(const Endpoint& endpoint) {
  std::string path = endpoint.path;
  if (const auto at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "1");
  return path;
}

class Security : public testing::Test {
 protected:
  Security()
      : router(declared(town.people),
               [this](const Request& request) { return identify(town.people, request); }) {}

  static std::vector<Endpoint> declared(people::People& people) {
    std::vector<Endpoint> all = session_endpoints(people);
    for (auto&& part : {account_endpoints(people), user_endpoints(people)}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }

  std::string code_of(const Response& response) { return json_of(response).value("code", "none"); }

  Town town;
  Router router;
};

TEST_F(Security, SEC_01_ANameIsNotAProof) {
  town.add("kim", Role::kOwner);
  Browser browser(router);
  for (const auto& endpoint : router.endpoints()) {
    if (!endpoint.access.role()) continue;
    const Response response =
        browser.ask(endpoint.method, path_of(endpoint), {{"username", "kim"}},
                    {{"username", "kim"}, {"X-User", "kim"}, {"Authorization", "Basic a2ltOg=="}});
    EXPECT_EQ(response.status, 401) << endpoint.path;
  }
  browser.cookies["ca_session"] = "kim";
  EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 401);
  EXPECT_EQ(browser.ask("GET", "/api/v1/account?username=kim").status, 401);
}

TEST_F(Security, SEC_03_NobodyForgesASession) {
  const auto kim = town.add("kim", Role::kOwner);
  Browser browser(router);
  browser.sign_in("kim");
  const std::string good = browser.cookies.at("ca_session");
  // Every single letter counts, and nothing of it can be computed: the hash in the database and the
  // user's id let nobody in.
  for (const std::string& forged :
       {std::to_string(kim.id), std::string(43, 'A'), good.substr(1) + "A", good + "A",
        town.people.sessions(*town.people.by_session(good)).at(0).id}) {
    browser.cookies["ca_session"] = forged;
    EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 401) << forged;
  }
  browser.cookies["ca_session"] = good;
  EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 200);
  std::set<std::string> seen;
  for (int i = 0; i < 20; ++i) seen.insert(town.sign_in("kim").session);
  EXPECT_EQ(seen.size(), 20U);
}

TEST_F(Security, SEC_05_RegistrationIsClosedAndEveryEndpointHasItsRole) {
  town.add("kim", Role::kOwner);
  Browser stranger(router);
  const Json eve = {{"username", "eve"}, {"password", kPassword}};
  EXPECT_EQ(code_of(stranger.ask("POST", "/api/v1/registration", eve)), "M-REG-CLOSED");
  for (const Role role : {Role::kViewer, Role::kAnalyst}) {
    const std::string name(name_of(role));
    town.add(name, role);
    Browser browser(router);
    ASSERT_EQ(browser.sign_in(name).status, 200);
    for (const Endpoint& endpoint : router.endpoints()) {
      if (!endpoint.access.role() || *endpoint.access.role() <= role) continue;
      const std::string path = path_of(endpoint);
      const Response response = browser.ask(endpoint.method, path, Json::object());
      EXPECT_EQ(response.status, 403) << name << " " << endpoint.method << " " << path;
    }
  }
  // What anyone may ask is a list of its own.
  std::set<std::string> open;
  for (const Endpoint& endpoint : router.endpoints()) {
    if (!endpoint.access.role()) open.insert(endpoint.method + " " + endpoint.path);
  }
  EXPECT_EQ(open, (std::set<std::string>{
                      "GET /api/v1/session", "POST /api/v1/session", "POST /api/v1/registration",
                      "POST /api/v1/invitations/check", "POST /api/v1/password-reset"}));
}

TEST_F(Security, SEC_05_ATokenDoesNotMakeItselfADoor) {
  town.add("kim", Role::kOwner);
  const auto in = town.sign_in("kim");
  const auto token = town.people.create_token(
      in.who, "x", {people::Scope::kRead, people::Scope::kManage}, std::nullopt, town.visitor);
  Browser program(router);
  const Headers bearer = {{"Authorization", "Bearer " + token.text}};
  EXPECT_EQ(program.ask("GET", "/api/v1/users", nullptr, bearer).status, 200);
  for (const Endpoint& endpoint : router.endpoints()) {
    if (endpoint.method == "GET" || !endpoint.access.role()) continue;
    const std::string path = path_of(endpoint);
    EXPECT_EQ(program.ask(endpoint.method, path, Json::object(), bearer).status, 403)
        << endpoint.method << " " << path;
  }
  Headers bad = {{"Authorization", "Bearer ca_" + std::string(43, 'x')}};
  EXPECT_EQ(code_of(program.ask("GET", "/api/v1/session", nullptr, bad)), "E-AUTH");
}

TEST_F(Security, SEC_06_UnknownFieldsAreRefused) {
  town.add("kim", Role::kOwner);
  const auto lee = town.add("lee");
  Browser browser(router);
  browser.sign_in("lee");
  for (const char* field : {"id", "role", "status", "password_hash", "username", "has_totp"}) {
    const Response response = browser.ask("PATCH", "/api/v1/account", {{field, "owner"}});
    EXPECT_EQ(response.status, 400) << field;
    EXPECT_EQ(code_of(response), "E-PARAM");
  }
  EXPECT_EQ(town.people.account(lee.id).role, Role::kViewer);
  Browser stranger(router);
  const Response response =
      stranger.ask("POST", "/api/v1/registration",
                   {{"username", "eve"}, {"password", kPassword}, {"role", "owner"}});
  EXPECT_EQ(response.status, 400);
}

TEST_F(Security, SEC_07_WhatChangesSomethingNeedsTheSessionsTokenAndSite) {
  town.add("kim", Role::kOwner);
  Browser browser(router);
  browser.sign_in("kim");
  const std::string csrf = browser.csrf;
  for (const Endpoint& endpoint : router.endpoints()) {
    if (endpoint.method == "GET") continue;
    const std::string path = path_of(endpoint);
    if (!endpoint.is_without_csrf) {
      for (const std::string& wrong : {std::string(), std::string("x"), std::string(43, 'x')}) {
        browser.csrf = wrong;
        EXPECT_EQ(code_of(browser.ask(endpoint.method, path, Json::object())), "E-CSRF") << path;
      }
    }
    browser.csrf = csrf;
    EXPECT_EQ(code_of(browser.ask(endpoint.method, path, Json::object(),
                                  {{"Origin", "https://evil.example"}})),
              "E-CSRF")
        << path;
  }
  EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 200) << "still signed in";
  EXPECT_EQ(browser.ask("GET", "/api/v1/session").status, 200);
  // Signing out is no GET.
  for (const Endpoint& endpoint : router.endpoints()) {
    EXPECT_EQ(endpoint.path.find("logout"), std::string::npos);
  }
  EXPECT_EQ(browser.ask("DELETE", "/api/v1/session").status, 204);
  EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 401);
}

TEST_F(Security, SEC_08_GuessingIsSlowAndTellsNothing) {
  town.add("kim", Role::kOwner);
  Browser guesser(router);
  Json first = json_of(guesser.sign_in("kim", false, kOther));
  const Response unknown = guesser.sign_in("nobody", false, kOther);
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(json_of(unknown), first) << "alike to the letter";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(guesser.sign_in("kim", false, kOther).status, 401);
  const Response locked = guesser.sign_in("kim");
  EXPECT_EQ(locked.status, 429);
  EXPECT_EQ(code_of(locked), "M-AUTH-LOCKED");
  ASSERT_NE(find_header(locked.headers, "Retry-After"), nullptr);
  EXPECT_EQ(*find_header(locked.headers, "Retry-After"), "900");
  EXPECT_EQ(code_of(guesser.sign_in("nobody")), "M-AUTH-LOCKED");
  town.wait(15min);
  EXPECT_EQ(guesser.sign_in("kim").status, 200);
  // Where registration is closed it does not say which names exist.
  Browser stranger(router, "198.51.100.1");
  const auto enrol = [&](const char* name) {
    return json_of(stranger.ask("POST", "/api/v1/registration",
                                {{"username", name}, {"password", kPassword}}));
  };
  EXPECT_EQ(enrol("kim"), enrol("nobody"));
}

TEST_F(Security, SEC_09_CookiesAndSessionsAreBounded) {
  town.add("kim");
  Browser browser(router);
  browser.is_secure = true;
  const Response in = browser.sign_in("kim", true);
  std::vector<std::string> set;
  for (const auto& [name, value] : in.headers) {
    if (name == "Set-Cookie") set.push_back(value);
  }
  ASSERT_EQ(set.size(), 2U);
  for (const std::string& cookie : set) {
    EXPECT_TRUE(cookie.starts_with("__Host-")) << cookie;
    for (const char* word : {"; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"}) {
      EXPECT_NE(cookie.find(word), std::string::npos) << cookie << word;
    }
    EXPECT_EQ(cookie.find("Domain"), std::string::npos);
  }
  EXPECT_EQ(*find_header(in.headers, "Cache-Control"), "no-store");
  // Idle for 12 hours: the remembered browser begins a new session, the other is nobody.
  Browser other(router);
  other.is_secure = true;
  other.sign_in("kim");
  town.wait(12h);
  EXPECT_EQ(other.ask("GET", "/api/v1/account").status, 401);
  EXPECT_TRUE(other.cookies.empty()) << "its cookie is deleted";
  const std::string before = browser.cookies.at("__Host-ca_session");
  EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 200);
  EXPECT_NE(browser.cookies.at("__Host-ca_session"), before);
  // What changes something fails once, with the new cookies, and works with the new token.
  town.wait(12h);
  EXPECT_EQ(code_of(browser.ask("PATCH", "/api/v1/account", {{"bio", "x"}})), "E-CSRF");
  browser.csrf = json_of(browser.ask("GET", "/api/v1/session")).at("csrf_token");
  EXPECT_EQ(browser.ask("PATCH", "/api/v1/account", {{"bio", "x"}}).status, 200);
  // Revoked by an administrator, in the very next request.
  const auto kim = town.people.find_user("kim");
  town.people.change_user(people::Actor::command_line(), kim->id, {.is_active = false});
  EXPECT_EQ(browser.ask("GET", "/api/v1/account").status, 401);
}

TEST_F(Security, SEC_09_SigningInAsAnotherEndsWhoTheBrowserWas) {
  town.add("kim");
  town.add("lee");
  Browser browser(router);
  browser.sign_in("kim", true);
  const std::string kims = browser.cookies.at("ca_session");
  const std::string remembered = browser.cookies.at("ca_remember");
  browser.cookies.erase("ca_session");  // the remembered browser begins a session on its way in
  EXPECT_EQ(json_of(browser.sign_in("lee")).at("user").at("username"), "lee");
  EXPECT_EQ(json_of(browser.ask("GET", "/api/v1/account")).at("username"), "lee");
  EXPECT_FALSE(browser.cookies.contains("ca_remember"));
  EXPECT_FALSE(town.people.by_remembered(remembered, town.visitor));
  EXPECT_TRUE(town.people.by_session(kims)) << "another window's";
}

TEST_F(Security, SEC_11_TextsAreValues) {
  town.add("kim", Role::kOwner);
  Browser browser(router);
  browser.sign_in("kim");
  const std::string long_text(2000, '\'');
  for (const std::string& text :
       {std::string("it's \"quoted\""), std::string("'); DROP TABLE users; --"),
        std::string("' || (SELECT password_hash FROM users) || '"), std::string("🌷 \\ %s ?1 :a"),
        long_text}) {
    const Response response = browser.ask("PATCH", "/api/v1/account", {{"bio", text}});
    ASSERT_EQ(response.status, 200) << text;
    EXPECT_EQ(json_of(response).at("bio"), text);
    EXPECT_EQ(json_of(browser.ask("GET", "/api/v1/account")).at("bio"), text);
  }
  const std::string nul("a\0b", 3);
  EXPECT_EQ(browser.ask("PATCH", "/api/v1/account", {{"bio", nul}}).status, 400);
  EXPECT_EQ(browser.ask("PATCH", "/api/v1/account", {{"bio", std::string(65536, 'x')}}).status,
            400);
  Browser stranger(router, "198.51.100.1");
  for (const char* name : {"' OR 1=1 --", "kim' --", "\" OR \"\"=\""}) {
    EXPECT_EQ(stranger.sign_in(name).status, 401) << name;
  }
  EXPECT_EQ(town.people.users().size(), 1U);
}

TEST_F(Security, SEC_31_NoAnswerAndNoRecordHoldsASecret) {
  town.add("kim", Role::kOwner);
  Browser browser(router);
  std::string answers = text_of(browser.sign_in("kim", true));
  const Json token =
      json_of(browser.ask("POST", "/api/v1/account/tokens", {{"name", "x"}, {"scopes", {"read"}}}));
  const Json link = json_of(browser.ask("POST", "/api/v1/invitations", {{"role", "viewer"}}));
  const Json totp = json_of(browser.ask("POST", "/api/v1/account/totp", {{"password", kPassword}}));
  town.people.secrets().put("sessions.password", "tulip-vault-9");
  for (const char* path :
       {"/api/v1/session", "/api/v1/account", "/api/v1/account/sessions", "/api/v1/account/tokens",
        "/api/v1/users", "/api/v1/invitations", "/api/v1/audit", "/api/v1/settings/people"}) {
    const Response response = browser.ask("GET", path);
    ASSERT_EQ(response.status, 200) << path;
    answers += text_of(response);
  }
  const std::string secrets[] = {kPassword,
                                 "$argon2id",
                                 browser.cookies.at("ca_session"),
                                 browser.cookies.at("ca_remember"),
                                 token.at("token"),
                                 link.at("token"),
                                 totp.at("secret"),
                                 "tulip-vault-9"};
  for (const std::string& secret : secrets) {
    EXPECT_EQ(answers.find(secret), std::string::npos) << secret;
  }
  // Nor do the files hold what lets somebody in.
  std::string files;
  for (const char* name : {"workspace.sqlite", "workspace.sqlite-wal"}) {
    files += workspace::read_file(town.home.folder() / name).value_or("");
  }
  ASSERT_NE(files.find("$argon2id"), std::string::npos);
  for (const std::string& secret : secrets) {
    if (secret == "$argon2id") continue;
    EXPECT_EQ(files.find(secret), std::string::npos) << secret;
  }
}

TEST_F(Security, SEC_39_WhatIsChangedIsWrittenDown) {
  town.add("kim", Role::kOwner);
  const auto lee = town.add("lee");
  Browser browser(router, "203.0.113.5");
  browser.sign_in("kim", false, kOther);
  browser.sign_in("kim");
  const std::string id = std::to_string(lee.id);
  browser.ask("PATCH", "/api/v1/users/" + id, {{"role", "analyst"}});
  browser.ask("POST", "/api/v1/users/" + id + "/password-reset");
  browser.ask("POST", "/api/v1/invitations", {{"role", "viewer"}});
  browser.ask("PUT", "/api/v1/settings/people", {{"registration", "open"}});
  browser.ask("POST", "/api/v1/account/tokens", {{"name", "x"}, {"scopes", {"read"}}});
  browser.ask("PATCH", "/api/v1/account", {{"email", "kim@example.com"}});
  browser.ask("DELETE", "/api/v1/users/" + id);
  const Json all = json_of(browser.ask("GET", "/api/v1/audit"));
  EXPECT_TRUE(all.at("next").is_null());
  std::vector<std::string> actions;
  for (const Json& record : all.at("records")) {
    actions.push_back(record.at("action"));
    if (record.at("username") != "kim") continue;
    EXPECT_EQ(record.at("address"), "203.0.113.5");
  }
  EXPECT_EQ(actions, (std::vector<std::string>{
                         "user.delete", "account.change", "token.create", "settings.people",
                         "invitation.create", "user.password_reset", "user.change", "session.begin",
                         "session.refused", "user.create", "user.create"}));
  EXPECT_EQ(all.at("records")[6].at("after").at("role"), "analyst");
  // A page at a time, the next one named.
  const Response page = browser.ask("GET", "/api/v1/audit?limit=2");
  EXPECT_EQ(json_of(page).at("records").size(), 2U);
  const std::string next = json_of(page).at("next").dump();
  ASSERT_NE(find_header(page.headers, "Link"), nullptr);
  EXPECT_NE(find_header(page.headers, "Link")->find("cursor=" + next), std::string::npos);
  const Json second = json_of(browser.ask("GET", "/api/v1/audit?limit=2&cursor=" + next));
  EXPECT_EQ(second.at("records")[0].at("action"), "token.create");
}

// ---- answers as declared ------------------------------------------------------------------------

TEST_F(Security, AnswersAreAsTheyAreDeclared) {
  town.add("kim", Role::kOwner);
  const auto lee = town.add("lee");
  Browser browser(router);
  const auto ask = [&](const std::string& method, const std::string& path,
                       const Json& body = nullptr, const std::string& declared_path = {}) {
    const Response response = browser.ask(method, path, body);
    const std::string& wanted = declared_path.empty() ? path : declared_path;
    for (const Endpoint& endpoint : router.endpoints()) {
      if (endpoint.method != method || endpoint.path != wanted) continue;
      bool is_declared = false;
      for (const Answer& answer : endpoint.answers) {
        if (answer.status != response.status) continue;
        is_declared = true;
        if (!answer.schema) continue;
        EXPECT_NO_THROW(check(*answer.schema, json_of(response), {})) << path;
      }
      EXPECT_TRUE(is_declared) << method << " " << path << " " << response.status << " "
                               << text_of(response);
      return response;
    }
    ADD_FAILURE() << "not declared: " << method << " " << path;
    return response;
  };
  const std::string id = std::to_string(lee.id);
  ask("GET", "/api/v1/session");
  browser.csrf = json_of(ask("POST", "/api/v1/session",
                             {{"username", "kim"}, {"password", kPassword}, {"remember", true}}))
                     .at("csrf_token");
  ask("GET", "/api/v1/session");
  ask("GET", "/api/v1/account");
  ask("PATCH", "/api/v1/account", {{"email", "kim@example.com"}, {"display_name", "Kim"}});
  ask("PATCH", "/api/v1/account", {{"email", nullptr}});
  ask("GET", "/api/v1/account/sessions");
  ask("DELETE", "/api/v1/account/sessions");
  const Json token =
      json_of(ask("POST", "/api/v1/account/tokens",
                  {{"name", "x"}, {"scopes", {"run", "read"}}, {"expires_in_days", 9}}));
  ask("GET", "/api/v1/account/tokens");
  ask("DELETE", "/api/v1/account/tokens/" + token.at("id").dump(), nullptr,
      "/api/v1/account/tokens/{id}");
  ask("POST", "/api/v1/account/totp", {{"password", kPassword}});
  ask("DELETE", "/api/v1/account/totp", {{"password", kPassword}});
  browser.csrf = json_of(ask("PUT", "/api/v1/account/password",
                             {{"current", kPassword}, {"password", kOther}}))
                     .at("csrf_token");
  ask("GET", "/api/v1/users");
  ask("PATCH", "/api/v1/users/" + id, {{"role", "admin"}, {"status", "active"}},
      "/api/v1/users/{id}");
  const Json reset = json_of(ask("POST", "/api/v1/users/" + id + "/password-reset", nullptr,
                                 "/api/v1/users/{id}/password-reset"));
  ask("POST", "/api/v1/password-reset", {{"token", reset.at("token")}, {"password", kOther}});
  const Json link = json_of(
      ask("POST", "/api/v1/invitations", {{"role", "viewer"}, {"email", "max@example.com"}}));
  EXPECT_EQ(link.at("path"), "/register#token=" + link.at("token").get<std::string>());
  ask("POST", "/api/v1/invitations/check", {{"invitation", link.at("token")}});
  ask("POST", "/api/v1/registration",
      {{"username", "max"}, {"password", kPassword}, {"invitation", link.at("token")}});
  const Json list = json_of(ask("GET", "/api/v1/invitations"));
  ask("DELETE", "/api/v1/invitations/" + list.at("invitations")[0].at("id").get<std::string>(),
      nullptr, "/api/v1/invitations/{id}");
  ask("PUT", "/api/v1/settings/people", {{"registration", "closed"}});
  ask("GET", "/api/v1/settings/people");
  ask("GET", "/api/v1/audit");
  ask("DELETE", "/api/v1/users/" + id, nullptr, "/api/v1/users/{id}");
  ask("DELETE", "/api/v1/session");
}

}  // namespace
}  // namespace ca::endpoints
