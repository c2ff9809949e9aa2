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
  const Reply page = running.ask(get("/index.html"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Cache-Control"), "no-cache");
  const std::string tag = "If-None-Match: " + page.header("ETag") + "\r\n";
  EXPECT_EQ(running.ask(get("/index.html", tag)).status, 304);

  const Reply script = running.ask(get("/assets/test-1a2b3c4d.js"));
  EXPECT_EQ(script.header("Cache-Control"), "public, max-age=31536000, immutable");
  const Reply small =
      running.ask(get("/assets/test-1a2b3c4d.js", "Accept-Encoding: gzip, zstd\r\n"));
  EXPECT_EQ(small.header("Content-Encoding"), "gzip");
  EXPECT_LT(small.body.size(), script.body.size());
  EXPECT_NE(small.header("ETag"), script.header("ETag"));
  EXPECT_EQ(
      running
          .ask(get("/assets/test-1a2b3c4d.js", "If-None-Match: " + small.header("ETag") + "\r\n"))
          .status,
      304);
  EXPECT_EQ(running.application.answered, 0);
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
