#include "endpoints/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "endpoints/forms.h"
#include "endpoints/openapi.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;
using people::Role;
using people::Scope;

people::Principal person(Role role) {
  return {.user = 1, .username = "ann", .role = role, .session = "s", .csrf_token = "c"};
}

people::Principal token(Role role, std::vector<Scope> scopes) {
  people::Principal who = person(role);
  who.scopes = std::move(scopes);
  return who;
}

Response echo(const Call& call) {
  Json json = {{"path", call.path}, {"query", call.query}};
  if (call.body) json["body"] = *call.body;
  return json_response(json);
}

class RouterTest : public testing::Test {
 protected:
  RouterTest()
      : router({{.method = "GET",
                 .path = "/things",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::anyone(),
                 .query_parameters = {{"limit", integer().between(0, 10)},
                                      {"names", list_of(text())},
                                      {"safe", boolean()}},
                 .run = echo},
                {.method = "GET",
                 .path = "/things/{id}",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::from(Role::kAnalyst, Scope::kRead),
                 .path_parameters = {{"id", text().between(1, 5), true}},
                 .run = echo},
                {.method = "GET",
                 .path = "/things/current",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::anyone(),
                 .run =
                     [](const Call&) {
                       Response response = json_response(std::string("{}"));
                       response.set_header("ETag", "\"7\"");
                       return response;
                     }},
                {.method = "POST",
                 .path = "/things",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::from(Role::kViewer, Scope::kManage),
                 .body = object({required("name", text().between(1, 4)), optional("n", integer())}),
                 .run = echo},
                {.method = "DELETE",
                 .path = "/account",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::in_person(Role::kViewer),
                 .run = [](const Call&) { return no_content(); }},
                {.method = "GET",
                 .path = "/table",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::anyone(),
                 .query_parameters = form_parameters(),
                 .run =
                     [](const Call& call) {
                       return json_response(Json{{"form", name_of(form_of(call).format)}});
                     }},
                {.method = "GET",
                 .path = "/broken",
                 .tag = "t",
                 .summary = "s",
                 .access = Access::anyone(),
                 .run = [](const Call&) -> Response { throw std::runtime_error("a secret"); }}},
               [this](const Request&) {
                 return Identity{who, {}};
               }) {}

  Response ask(const std::string& method, const std::string& target, const std::string& body = {},
               Headers headers = {}) {
    Request request;
    request.id = "r1";
    request.method = method;
    request.path = target.substr(0, target.find('?'));
    if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "shop.example");
    request.cancellation = std::make_shared<Cancellation>();
    Admission admission = router.admit(request);
    if (admission.refusal) return *std::move(admission.refusal);
    request.body = body;
    return router.answer(request);
  }

  static Json json_of(const Response& response) {
    return Json::parse(std::get<std::string>(response.body));
  }
  static std::string code_of(const Response& response) { return json_of(response).at("code"); }

  std::optional<people::Principal> who;
  Router router;
};

TEST_F(RouterTest, FindsTheEndpointOfPathAndMethod) {
  EXPECT_EQ(json_of(ask("GET", "/things?limit=3&names=a,b&names=c"))["query"],
            Json({{"limit", "3"}, {"names", "a,b,c"}}));
  EXPECT_EQ(code_of(ask("GET", "/nothing")), "M-404");
  EXPECT_EQ(code_of(ask("GET", "/things/")), "M-404");
  const Response refused = ask("PATCH", "/things");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(*find_header(refused.headers, "Allow"), "GET, HEAD, POST");
  who = person(Role::kOwner);
  EXPECT_EQ(json_of(ask("GET", "/things/a%2Fb"))["path"]["id"], "a/b");
  EXPECT_EQ(ask("HEAD", "/things/a").status, 200);
  EXPECT_EQ(ask("GET", "/things/current").status, 200);  // not the one with a variable
}

TEST_F(RouterTest, LetsInWhoMay) {
  EXPECT_EQ(ask("GET", "/things/a").status, 401);
  who = person(Role::kViewer);
  EXPECT_EQ(ask("GET", "/things/a").status, 403);
  who = person(Role::kAnalyst);
  EXPECT_EQ(ask("GET", "/things/a").status, 200);
  who = person(Role::kOwner);
  EXPECT_EQ(ask("GET", "/things/a").status, 200);
}

TEST_F(RouterTest, LetsTokensDoWhatTheirScopesSay) {
  who = token(Role::kOwner, {Scope::kRun});
  EXPECT_EQ(ask("GET", "/things/a").status, 403);
  who = token(Role::kViewer, {Scope::kRead});
  EXPECT_EQ(ask("GET", "/things/a").status, 403) << "a token has no more than its person";
  who = token(Role::kAnalyst, {Scope::kRead});
  EXPECT_EQ(ask("GET", "/things/a").status, 200);
  who = token(Role::kOwner, {Scope::kRead, Scope::kRun, Scope::kManage});
  EXPECT_EQ(ask("DELETE", "/account").status, 403) << "only a person in person";
}

TEST_F(RouterTest, WantsTheCsrfTokenOfPeopleButNotOfTokens) {
  const Headers json = {{"Content-Type", "application/json"}};
  who = person(Role::kOwner);
  EXPECT_EQ(code_of(ask("POST", "/things", R"({"name":"a"})", json)), "E-CSRF");
  Headers with = json;
  with.emplace_back("X-CSRF-Token", "c");
  EXPECT_EQ(ask("POST", "/things", R"({"name":"a"})", with).status, 200);
  with.emplace_back("Origin", "https://evil.example");
  EXPECT_EQ(code_of(ask("POST", "/things", R"({"name":"a"})", with)), "E-CSRF");
  who = token(Role::kOwner, {Scope::kManage});
  EXPECT_EQ(ask("POST", "/things", R"({"name":"a"})", json).status, 200);
}

TEST_F(RouterTest, ChecksParametersAndBodies) {
  who = token(Role::kOwner, {Scope::kManage});
  const Headers json = {{"Content-Type", "application/json; charset=utf-8"}};
  const auto refused = [&](const Response& response, const char* what) {
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(json_of(response)["detail"].get<std::string>(), HasSubstr(what));
  };
  refused(ask("GET", "/things?limit=11"), "limit is greater than 10");
  refused(ask("GET", "/things?limit=1x"), "limit is string, not integer");
  refused(ask("GET", "/things?limit=1&limit=2"), "given twice");
  refused(ask("GET", "/things?limmit=1"), "no parameter \"limmit\"");
  refused(ask("GET", "/things?safe=perhaps"), "not boolean");
  refused(ask("GET", "/things?names=%ff"), "percent-encoded UTF-8");
  refused(ask("GET", "/things?names=%00"), "percent-encoded UTF-8");
  refused(ask("GET", "/things/%zz"), "path of the address");
  refused(ask("POST", "/things", "{", json), "not JSON");
  refused(ask("POST", "/things", R"({"n":1})", json), "name is missing");
  refused(ask("POST", "/things", R"({"name":"a","nn":1})", json), "nn is not known here");
  refused(ask("POST", "/things", R"({"name":"abcde"})", json), "longer than 4");
  refused(ask("POST", "/things", R"({"name":"a\u0000"})", json), "NUL");
  refused(ask("POST", "/things", R"([])", json), "The body is array, not object");
  refused(ask("POST", "/things", R"({"name":"a","n":1.5})", json), "n is number, not integer");
  refused(ask("POST", "/things", R"({"name":"a","n":1e300})", json), "n is number, not integer");
  refused(ask("POST", "/things", std::string(200'000, '['), json), "nested too deep");
  EXPECT_EQ(ask("POST", "/things", "{}", {}).status, 415);
}

TEST_F(RouterTest, SaysNothingOfWhatFailedWithin) {
  const Response response = ask("GET", "/broken");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(json_of(response)["detail"], "Something failed on our side. Reference r1.");
  EXPECT_EQ(std::get<std::string>(response.body).find("secret"), std::string::npos);
}

TEST_F(RouterTest, AnswersNothingThatIsKnown) {
  EXPECT_EQ(ask("GET", "/things/current", {}, {{"If-None-Match", "\"7\""}}).status, 304);
  EXPECT_EQ(ask("GET", "/things/current", {}, {{"If-None-Match", "W/\"7\", \"8\""}}).status, 304);
  EXPECT_EQ(ask("GET", "/things/current", {}, {{"If-None-Match", "\"8\""}}).status, 200);
}

TEST_F(RouterTest, ReadsAMediaTypeInAnyCase) {
  who = token(Role::kOwner, {Scope::kManage});
  for (const char* type : {"Application/JSON", "application/json\t; charset=utf-8"}) {
    EXPECT_EQ(ask("POST", "/things", R"({"name":"a"})", {{"Content-Type", type}}).status, 200)
        << type;
  }
  EXPECT_EQ(ask("POST", "/things", "{}", {{"Content-Type", "application/jsonx"}}).status, 415);
}

TEST_F(RouterTest, AnswersInTheFormThatIsLikedBest) {
  const auto form = [&](const std::string& accept) {
    return json_of(ask("GET", "/table", {}, {{"Accept", accept}})).at("form");
  };
  EXPECT_EQ(form("text/csv;Q=0.1, application/json;q=0.5"), "json");
  EXPECT_EQ(form("text/csv;seq=0.1, application/json;q=0.5"), "csv");
  EXPECT_EQ(form("TEXT/CSV\t;\tq=0.9,application/json;q=0.1"), "csv");
  EXPECT_EQ(ask("GET", "/table", {}, {{"Accept", "text/csv;q=0"}}).status, 406);
}

TEST_F(RouterTest, TellsCachesWhereAcceptDecidesTheForm) {
  const auto vary = [&](const std::string& target, Headers headers = {}) {
    const Response response = ask("GET", target, {}, std::move(headers));
    const std::string* names = find_header(response.headers, "Vary");
    return names == nullptr ? std::string() : *names;
  };
  EXPECT_EQ(vary("/table"), "Accept");
  EXPECT_EQ(vary("/table", {{"Accept", "text/csv"}}), "Accept");
  EXPECT_EQ(vary("/table", {{"Accept", "text/html"}}), "Accept") << "of the refusal, too";
  EXPECT_EQ(vary("/table?format=csv"), "");
  EXPECT_EQ(vary("/things"), "");
}

TEST_F(RouterTest, IsDescribed) {
  const Json document = Json::parse(openapi_json(router.endpoints(), "1.2.3"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  const Json& post = document["paths"]["/things"]["post"];
  EXPECT_EQ(post["x-role"], "viewer");
  EXPECT_EQ(post["requestBody"]["content"]["application/json"]["schema"]["required"],
            Json::array({"name"}));
  EXPECT_TRUE(post["responses"].contains("403"));
  EXPECT_THAT(docs_page(router.endpoints(), "1.2.3"), HasSubstr("Role analyst or higher"));
}

}  // namespace
}  // namespace ca::endpoints
