#include "endpoints/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

/// The interface for programs: it has one endpoint, /api/v1/thing.
class Interface : public Application {
 public:
  Admission admit(Request& request) override {
    Admission admission;
    if (request.path != "/api/v1/thing") admission.refusal = problem(message_404(), request);
    return admission;
  }
  Response answer(const Request&) override {
    Response response;
    response.body = std::string("thing");
    return response;
  }

 private:
  static Error message_404() { return Error("M-404", "This page does not exist."); }
};

class PagesTest : public testing::Test {
 protected:
  PagesTest()
      : pages(
            behind,
            [this](const Request&) {
              Identity identity;
              if (is_signed_in) identity.who = people::Principal{.user = 1, .username = "ann"};
              return identity;
            },
            "<html>", "\"tag\"") {}

  Response ask(std::string method, std::string path, Headers headers = {}, std::string body = {}) {
    Request request;
    request.method = std::move(method);
    const std::size_t mark = path.find('?');
    request.path = path.substr(0, mark);
    if (mark != std::string::npos) request.query = path.substr(mark + 1);
    request.headers = std::move(headers);
    Admission admission = pages.admit(request);
    if (admission.refusal) return *admission.refusal;
    request.body = std::move(body);
    EXPECT_LE(request.body.size(), std::max<std::size_t>(admission.body_limit, 0));
    return pages.answer(request);
  }
  static std::string location(const Response& response) {
    const std::string* to = find_header(response.headers, "Location");
    return to == nullptr ? std::string() : *to;
  }
  static std::string text(const Response& response) {
    const auto* bytes = std::get_if<std::string>(&response.body);
    return bytes == nullptr ? std::string() : *bytes;
  }

  Interface behind;
  bool is_signed_in = true;
  Pages pages;
};

TEST_F(PagesTest, APageAnswersAtItsNameAndWithHtmlBehindIt) {
  for (const char* path : {"/index", "/index.html", "/funnel-session", "/delivery.html"}) {
    const Response response = ask("GET", path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(text(response), "<html>");
    EXPECT_EQ(response.user, "ann");
  }
  EXPECT_EQ(ask("GET", "/index", {{"If-None-Match", "\"tag\""}}).status, 304);
}

TEST_F(PagesTest, WhoIsNotSignedInIsSentToSignInAndBackAfterwards) {
  is_signed_in = false;
  const Response response = ask("GET", "/cohorts?from=2024-01-01&dimension=a%2Cb");
  EXPECT_EQ(response.status, 302);
  EXPECT_EQ(location(response), "/login?next=%2Fcohorts%3Ffrom%3D2024-01-01%26dimension%3Da%252Cb");
  EXPECT_EQ(ask("GET", "/login").status, 200);
  EXPECT_EQ(ask("GET", "/register").status, 200);
  EXPECT_EQ(location(ask("GET", "/")), "/login");
  EXPECT_EQ(location(ask("GET", "/index.html")), "/login?next=%2Findex.html");
  is_signed_in = true;
  EXPECT_EQ(location(ask("GET", "/")), "/index");
}

TEST_F(PagesTest, AFormOfTheOlderProgramBecomesAnAddress) {
  const Response response = ask("POST", "/index.html", {}, "index=London&date=2026-03-04");
  EXPECT_EQ(response.status, 303);
  EXPECT_EQ(location(response), "/index?dimension=London&snapshot=2026-03-04");
  EXPECT_EQ(location(ask("POST", "/rfm", {}, "index=main&date=")), "/rfm");
  EXPECT_EQ(location(ask("POST", "/rfm", {}, "index=a%26b%0d%0aX%3A+y")),
            "/rfm?dimension=a%26b%0D%0AX%3A%20y");
  EXPECT_EQ(ask("POST", "/rfm", {}, "index=%FF").status, 400);
}

TEST_F(PagesTest, SEC_01_AUserNameInAFormIsNotAProof) {
  is_signed_in = false;
  for (const char* form : {"username=ann", "index=London&username=ann", "username="}) {
    const Response response = ask("POST", "/index", {}, form);
    EXPECT_EQ(response.status, 401) << form;
    EXPECT_THAT(text(response), testing::HasSubstr("E-AUTH"));
  }
  EXPECT_EQ(location(ask("POST", "/index", {}, "index=London")), "/index?dimension=London");
  is_signed_in = true;
  EXPECT_EQ(ask("POST", "/index", {}, "index=London&username=ann").status, 303);
}

TEST_F(PagesTest, WhatAPageCannotDoIsRefusedWithWhatItCan) {
  for (const auto& [method, path, allowed] :
       {std::tuple("OPTIONS", "/login", "GET, HEAD"), std::tuple("POST", "/login", "GET, HEAD"),
        std::tuple("DELETE", "/", "GET, HEAD"),
        std::tuple("PUT", "/pages-sign-in.html", "GET, HEAD"),
        std::tuple("PATCH", "/rfm", "GET, HEAD, POST")}) {
    const Response response = ask(method, path);
    EXPECT_EQ(response.status, 405) << method << " " << path;
    EXPECT_EQ(*find_header(response.headers, "Allow"), allowed);
  }
  EXPECT_EQ(ask("DELETE", "/nothing").status, 404);
}

TEST_F(PagesTest, AnAddressThatNothingHasIsNotFoundInTheFormThatWasAskedFor) {
  const Response seen = ask("GET", "/nothing", {{"Accept", "text/html,*/*"}});
  EXPECT_EQ(seen.status, 404);
  EXPECT_EQ(text(seen), "<html>");
  const Response told = ask("GET", "/nothing");
  EXPECT_EQ(told.status, 404);
  EXPECT_THAT(text(told), testing::HasSubstr("M-404"));
  for (const Response& response : {seen, told}) {
    EXPECT_EQ(*find_header(response.headers, "Vary"), "Accept");
  }
  EXPECT_NE(text(ask("GET", "/api/v1/nothing", {{"Accept", "text/html"}})), "<html>");
  EXPECT_EQ(ask("GET", "/../etc/passwd", {{"Accept", "text/html"}}).status, 404);
}

TEST_F(PagesTest, NamesOfTheOlderProgramLeadToWhatStandsElsewhereNow) {
  EXPECT_EQ(location(ask("GET", "/add-data-purchase.html")), "/sources?kind=sessions");
  EXPECT_EQ(location(ask("GET", "/pages-sign-in")), "/login");
}

TEST_F(PagesTest, TheInterfaceForProgramsIsUntouched) {
  EXPECT_EQ(text(ask("GET", "/api/v1/thing")), "thing");
  EXPECT_EQ(ask("POST", "/api/v1/other").status, 404);
}

}  // namespace
}  // namespace ca::endpoints
