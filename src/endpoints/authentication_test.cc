#include "endpoints/authentication.h"

#include <gtest/gtest.h>

#include "endpoints/cookies.h"
#include "people/test_support.h"

namespace ca::endpoints {
namespace {

using namespace std::chrono_literals;
using people::testing::code_of;
using people::testing::Town;

Request request_of(std::string method, Headers headers, bool is_secure = false) {
  Request request;
  request.method = std::move(method);
  request.path = "/";
  request.headers = std::move(headers);
  request.address = "192.0.2.1";
  request.is_secure = is_secure;
  return request;
}

std::vector<std::string> cookies_of(const Headers& headers) {
  std::vector<std::string> values;
  for (const auto& [name, value] : headers) {
    EXPECT_EQ(name, "Set-Cookie");
    values.push_back(value);
  }
  return values;
}

TEST(Identify, KnowsASessionByItsCookie) {
  Town town;
  town.add("kim");
  const auto in = town.sign_in("kim");
  const Identity identity = identify(
      town.people, request_of("GET", {{"cookie", "a=b; ca_session=" + in.session + "; c=d"}}));
  ASSERT_TRUE(identity.who);
  EXPECT_EQ(identity.who->username, "kim");
  EXPECT_TRUE(identity.headers.empty());
}

TEST(Identify, OverTlsKnowsOnlyTheCookieThatNoOtherHostCanSet) {
  Town town;
  town.add("kim");
  const auto in = town.sign_in("kim");
  const auto with = [&](const std::string& name, bool is_secure) {
    return identify(town.people,
                    request_of("GET", {{"Cookie", name + "=" + in.session}}, is_secure))
        .who.has_value();
  };
  EXPECT_TRUE(with("__Host-ca_session", true));
  EXPECT_FALSE(with("ca_session", true));
  EXPECT_TRUE(with("ca_session", false));
  EXPECT_FALSE(with("__Host-ca_session", false));
  EXPECT_FALSE(with("CA_SESSION", false));
}

TEST(Identify, DeletesACookieThatIsNobodys) {
  Town town;
  const Identity identity = identify(
      town.people,
      request_of("GET", {{"Cookie", "ca_session=" + std::string(43, 'x') + "; ca_remember=y"}}));
  EXPECT_FALSE(identity.who);
  EXPECT_EQ(cookies_of(identity.headers),
            (std::vector<std::string>{
                "ca_remember=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
                "ca_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
            }));
  EXPECT_TRUE(identify(town.people, request_of("GET", {})).headers.empty());
}

TEST(Identify, BeginsASessionForARememberedBrowser) {
  Town town;
  town.add("kim");
  const auto in = town.sign_in("kim", true);
  town.wait(13h);
  const Identity identity =
      identify(town.people, request_of("GET",
                                       {{"Cookie", "__Host-ca_session=" + in.session +
                                                       "; __Host-ca_remember=" + in.remember}},
                                       true));
  ASSERT_TRUE(identity.who);
  const auto cookies = cookies_of(identity.headers);
  ASSERT_EQ(cookies.size(), 2U);
  EXPECT_TRUE(cookies[0].starts_with("__Host-ca_session="));
  EXPECT_TRUE(cookies[0].ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
  EXPECT_TRUE(cookies[1].starts_with("__Host-ca_remember="));
  EXPECT_TRUE(cookies[1].ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"));
  const std::string session = cookies[0].substr(18, 43);
  EXPECT_TRUE(town.people.by_session(session));
}

TEST(Identify, TakesATokenBeforeACookieAndRefusesABadOne) {
  Town town;
  town.add("kim");
  const auto in = town.sign_in("kim");
  const auto token = town.people.create_token(in.who, "x", {people::Scope::kRead}, 1, town.visitor);
  const Headers cookie = {{"Cookie", "ca_session=" + in.session}};
  Headers both = cookie;
  both.emplace_back("Authorization", "bearer " + token.text);
  const Identity identity = identify(town.people, request_of("GET", both));
  ASSERT_TRUE(identity.who);
  EXPECT_TRUE(identity.who->is_token());
  both.back().second = "Bearer ca_wrong";
  EXPECT_EQ(code_of([&] { identify(town.people, request_of("GET", both)); }), "E-AUTH");
  both.back().second = "Bearer " + in.session;
  EXPECT_EQ(code_of([&] { identify(town.people, request_of("GET", both)); }), "E-AUTH");
  town.wait(24h);
  both.back().second = "Bearer " + token.text;
  EXPECT_EQ(code_of([&] { identify(town.people, request_of("GET", both)); }), "E-AUTH");
}

}  // namespace
}  // namespace ca::endpoints
