#include "server/server.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "server/encoding.h"
#include "server/test_support.h"

namespace ca::server {
namespace {

using namespace std::chrono_literals;

TEST(Server, AnswersAndKeepsTheConnection) {
  Running running;
  RawClient client = running.client();
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(get("/hello")));
    const Reply reply = client.reply();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello");
    EXPECT_EQ(reply.header("Connection"), "");
    ids.insert(reply.header("X-Request-Id"));
  }
  EXPECT_EQ(ids.size(), 3);
  EXPECT_EQ(ids.count(""), 0);
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  Running running;
  RawClient client = running.client();
  client.send(get("/hello", "Connection: close\r\n"));
  EXPECT_EQ(client.reply().header("Connection"), "close");
  EXPECT_TRUE(client.is_closed());
}

TEST(Server, EveryAnswerHasTheHeadersThatProtectPeople) {
  Running running;
  for (const std::string& request :
       {get("/hello"), get("/nothing"), get("/throws"), get("/favicon.svg"), get("/"),
        std::string("BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n")}) {
    const Reply reply = running.ask(request);
    const std::string policy = reply.header("Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'self'"), std::string::npos) << request;
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe-inline"), std::string::npos);
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(reply.header("Referrer-Policy"), "same-origin");
    EXPECT_NE(reply.header("Permissions-Policy"), "");
    EXPECT_NE(reply.header("Date"), "");
    EXPECT_NE(reply.header("X-Request-Id"), "");
    EXPECT_EQ(reply.header("Server"), "");
    EXPECT_EQ(reply.header("Strict-Transport-Security"), "");
  }
}

TEST(Server, ABodyReachesTheApplicationWithALengthOrInChunks) {
  Running running;
  const std::string body(200'000, 'b');
  EXPECT_EQ(running.ask(post("/echo", body)).body, body);
  EXPECT_EQ(running.ask(post("/echo", "")).body, "");
  EXPECT_EQ(running
                .ask("POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
                     "\r\n3\r\nabc\r\n4;note=x\r\ndefg\r\n0\r\nTrailer: x\r\n\r\n")
                .body,
            "abcdefg");
}

TEST(Server, WaitsForPermissionToSendABodyAreGranted) {
  Running running;
  RawClient client = running.client();
  client.send(
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_EQ(client.reply().body, "abc");
  client.send(
      "POST /refused HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.reply().status, 401);
}

TEST(Server, PipelinedRequestsAreAnsweredInOrder) {
  Running running;
  RawClient client = running.client();
  std::string requests;
  for (int i = 0; i < 50; ++i) {
    requests += i % 2 == 0 ? get("/text?" + std::to_string(i)) : post("/echo", std::string(i, 'x'));
  }
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.reply().body.size(), static_cast<std::size_t>(i));
  }
}

TEST(Server, HeadIsGetWithoutTheBody) {
  Running running;
  RawClient client = running.client();
  client.send("HEAD /text?500 HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/hello"));
  const Reply head = client.reply(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "500");
  EXPECT_EQ(client.reply().body, "hello");
}

TEST(Server, ARefusedHeadHasNoBodyEither) {
  Running running;
  for (const auto& [request, status] :
       {std::pair("HEAD /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        std::pair("HEAD /hello HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        std::pair("\r\nHEAD /hello HTTP/1.1\r\nno colon\r\n\r\n", 400),
        std::pair("HEAD /hello HTTP/1.0\r\n\r\n", 505)}) {
    RawClient client = running.client();
    client.send(request);
    const Reply reply = client.reply(true);
    EXPECT_EQ(reply.status, status) << request;
    EXPECT_NE(reply.header("Content-Length"), "0");
    EXPECT_EQ(client.read_all(), "") << request;
  }
  EXPECT_NE(running.ask("GET /hello HTTP/1.1\r\nHost: evil.example\r\n\r\n").body, "");
}

TEST(Server, AListOfSeveralLinesIsReadWhole) {
  Running running;
  const Reply seen = running.ask(get("/about", "Accept: a/b\r\nX: y\r\naccept: c/d;q=0.5\r\n"));
  EXPECT_NE(seen.body.find("Accept=a/b, c/d;q=0.5\nX=y\n"), std::string::npos) << seen.body;
  const Reply small =
      running.ask(get("/text?5000", "Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n"));
  EXPECT_EQ(small.header("Content-Encoding"), "gzip");
  EXPECT_EQ(running.ask(get("/favicon.svg", "If-None-Match: \"x\"\r\nIf-None-Match: *\r\n")).status,
            304);
}

TEST(Server, AFailureInsideIsAnsweredWithoutTellingWhatFailed) {
  Running running;
  const Reply reply = running.ask(get("/throws"));
  EXPECT_EQ(reply.status, 500);
  EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(reply.body.find("secret"), std::string::npos);
  EXPECT_NE(reply.body.find(reply.header("X-Request-Id")), std::string::npos);
}

TEST(Server, FilesOfTheSiteAreAnsweredWithoutTheApplication) {
  Running running;
  const Reply icon = running.ask(get("/favicon.svg"));
  EXPECT_EQ(icon.status, 200);
  EXPECT_EQ(icon.header("Content-Type"), "image/svg+xml");
  EXPECT_EQ(icon.header("Cache-Control"), "no-cache");
  const std::string tag = "If-None-Match: " + icon.header("ETag") + "\r\n";
  EXPECT_EQ(running.ask(get("/favicon.svg", tag)).status, 304);

  const Reply script = running.ask(get("/assets/test-1a2b3c4d.js"));
  EXPECT_EQ(script.header("Cache-Control"), "public, max-age=31536000, immutable");
  const Reply small =
      running.ask(get("/assets/test-1a2b3c4d.js", "Accept-Encoding: gzip, zstd\r\n"));
  EXPECT_EQ(small.header("Content-Encoding"), "gzip");
  EXPECT_LT(small.body.size(), script.body.size());
  EXPECT_NE(small.header("ETag"), script.header("ETag"));
  for (const Reply& form : {script, small}) {
    const Reply known = running.ask(
        get("/assets/test-1a2b3c4d.js", "If-None-Match: " + form.header("ETag") + "\r\n"));
    EXPECT_EQ(known.status, 304);
    EXPECT_EQ(known.header("ETag"), form.header("ETag")) << "the form that the client has";
  }
  EXPECT_EQ(running.application.answered, 0);
}

TEST(Server, FilesOfTheSiteAreReadAndNothingElse) {
  Running running;
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS"}) {
    const Reply reply =
        running.ask(std::string(method) +
                    " /favicon.svg HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(reply.status, 405) << method;
    EXPECT_EQ(reply.header("Allow"), "GET, HEAD");
  }
  EXPECT_EQ(running.application.answered, 0);
}

TEST(Server, DocumentsOfTheSiteAreLeftToTheApplication) {
  Running running;
  EXPECT_EQ(running.ask(get("/index.html")).body, "nothing here");
  EXPECT_EQ(running.application.answered, 1);
}

TEST(Server, ListensOnlyWhereNobodyElseReachesItUnlessItIsSafe) {
  TestApplication application;
  Options options;
  options.address = "0.0.0.0";
  try {
    const Server server(application, options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-PARAM");
    EXPECT_NE(error.hint().find("--behind-proxy"), std::string::npos);
  }
  options.behind_proxy = true;
  EXPECT_NO_THROW(Server(application, options));
  options.address = "shop.example";
  EXPECT_THROW(Server(application, options), Error);
}

TEST(Server, APortThatIsTakenIsAClearError) {
  Running running;
  Options options;
  options.port = running.server->port();
  Server second(running.application, options);
  try {
    second.start();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-PORT");
    EXPECT_NE(error.hint().find("--port"), std::string::npos);
  }
}

}  // namespace
}  // namespace ca::server
