#include "endpoints/cross_site.h"

#include <gtest/gtest.h>

#include "people/test_support.h"

namespace ca::endpoints {
namespace {

using people::testing::code_of;
using people::testing::Town;

Request request_of(std::string method, Headers headers, bool is_secure = false) {
  Request request;
  request.method = std::move(method);
  request.path = "/";
  request.headers = std::move(headers);
  request.is_secure = is_secure;
  return request;
}

std::string origin_code(Headers headers, bool is_secure = false, std::string method = "POST") {
  headers.emplace_back("Host", "shop.example:5000");
  return code_of(
      [&] { check_origin(request_of(std::move(method), std::move(headers), is_secure)); });
}

TEST(CheckOrigin, LetsInOnesOwnPagesAndPrograms) {
  EXPECT_EQ(origin_code({{"Origin", "http://shop.example:5000"}}), "none");
  EXPECT_EQ(origin_code({{"Origin", "https://SHOP.example:5000"}}, true), "none");
  EXPECT_EQ(origin_code({{"Origin", "https://shop.example:5000"}}), "none") << "behind a proxy";
  EXPECT_EQ(origin_code({{"Referer", "http://shop.example:5000/login?x=http://y"}}), "none");
  EXPECT_EQ(origin_code({{"Sec-Fetch-Site", "same-origin"}}), "none");
  EXPECT_EQ(origin_code({}), "none");
}

TEST(CheckOrigin, RefusesOtherSites) {
  EXPECT_EQ(origin_code({{"Origin", "http://evil.example"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Origin", "http://shop.example"}}), "E-CSRF") << "another port";
  EXPECT_EQ(origin_code({{"Origin", "http://shop.example:5000.evil.example"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Origin", "http://shop.example:5000"}}, true), "E-CSRF") << "not TLS";
  EXPECT_EQ(origin_code({{"Origin", "null"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Origin", "file://shop.example:5000"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Referer", "http://evil.example/shop.example:5000"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Referer", "http://user@shop.example:5000/"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Sec-Fetch-Site", "cross-site"}}), "E-CSRF");
  EXPECT_EQ(origin_code({{"Sec-Fetch-Site", "same-site"}}), "E-CSRF");
  // An Origin decides alone.
  EXPECT_EQ(origin_code({{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-origin"}}),
            "E-CSRF");
}

TEST(CheckOrigin, DoesNotAskOfWhatOnlyReads) {
  EXPECT_EQ(origin_code({{"Origin", "http://evil.example"}}, false, "GET"), "none");
  EXPECT_EQ(origin_code({{"Origin", "http://evil.example"}}, false, "DELETE"), "E-CSRF");
}

TEST(CheckOrigin, LeavesOutAPortThatIsTheSchemesOwn) {
  const auto code = [](const char* host, const char* origin, bool is_secure) {
    return code_of([&] {
      check_origin(request_of("POST", {{"Host", host}, {"Origin", origin}}, is_secure));
    });
  };
  EXPECT_EQ(code("shop.example", "http://shop.example:80", false), "none");
  EXPECT_EQ(code("shop.example:443", "https://shop.example", true), "none");
  EXPECT_EQ(code("shop.example:443", "http://shop.example", false), "E-CSRF");
  EXPECT_EQ(code("", "http://", false), "E-CSRF");
}

TEST(CheckCsrf, WantsTheSessionsOwnToken) {
  Town town;
  town.add("kim");
  const auto in = town.sign_in("kim");
  const auto other = town.sign_in("kim");
  const auto code = [&](const Headers& headers) {
    return code_of([&] { check_csrf(request_of("POST", headers), in.who); });
  };
  EXPECT_EQ(code({{"X-CSRF-Token", in.who.csrf_token}}), "none");
  EXPECT_EQ(code({{"X-CSRF-Token", other.who.csrf_token}}), "E-CSRF");
  EXPECT_EQ(code({{"X-CSRF-Token", ""}}), "E-CSRF");
  EXPECT_EQ(code({}), "E-CSRF");
  people::Principal empty = in.who;
  empty.csrf_token.clear();
  EXPECT_EQ(code_of([&] { check_csrf(request_of("POST", {}), empty); }), "E-CSRF");
  people::Principal token = in.who;
  token.scopes = {people::Scope::kRead};
  EXPECT_EQ(code_of([&] { check_csrf(request_of("POST", {}), token); }), "none");
}

}  // namespace
}  // namespace ca::endpoints
