#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "base/scratch_folder.h"
#include "server/encoding.h"
#include "server/test_support.h"

// Answers that are more than a text: forms, files, events; and their end.

namespace ca::server {
namespace {

using namespace std::chrono_literals;

TEST(Forms, TextsAreCompressedForWhoUnderstandsIt) {
  Running running;
  const Reply plain = running.ask(get("/text?5000"));
  EXPECT_EQ(plain.header("Content-Encoding"), "");
  EXPECT_EQ(plain.header("Vary"), "Accept-Encoding");
  for (const Encoding encoding : {Encoding::kGzip, Encoding::kZstd}) {
    const std::string name(name_of(encoding));
    const Reply reply = running.ask(get("/text?5000", "Accept-Encoding: " + name + "\r\n"));
    EXPECT_EQ(reply.header("Content-Encoding"), name);
    EXPECT_EQ(reply.header("Vary"), "Accept-Encoding");
    EXPECT_EQ(reply.body, compress(plain.body, encoding));
  }
  const Reply small = running.ask(get("/hello", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(small.body, "hello");
}

TEST(Forms, AnETagNamesOneFormAndAllAreKnownAgain) {
  Running running;
  const auto ask = [&](const std::string& headers) { return running.ask(get("/tagged", headers)); };
  EXPECT_EQ(ask("").header("ETag"), "\"v1\"");
  const Reply gzip = ask("Accept-Encoding: gzip\r\n");
  EXPECT_EQ(gzip.header("ETag"), "\"v1-gzip\"");
  EXPECT_EQ(ask("Accept-Encoding: gzip\r\n").body, gzip.body);
  EXPECT_EQ(ask("Accept-Encoding: zstd\r\n").header("ETag"), "\"v1-zstd\"");
  for (const char* tag : {"\"v1\"", "\"v1-gzip\"", "\"v1-zstd\""}) {
    const Reply reply = ask(std::string("Accept-Encoding: gzip\r\nIf-None-Match: ") + tag + "\r\n");
    EXPECT_EQ(reply.status, 304) << tag;
    EXPECT_EQ(reply.header("ETag"), tag);
    EXPECT_EQ(reply.header("Content-Length"), "");
    EXPECT_EQ(reply.header("Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(ask("If-None-Match: \"v2-gzip\"\r\n").status, 200);
}

TEST(Files, AreSentWhole) {
  const ScratchFolder folder;
  Running running;
  std::string content;
  while (content.size() < 3'000'000) content += std::to_string(content.size());
  running.application.file = folder.path() / "export.parquet";
  std::ofstream(running.application.file) << content;
  RawClient client = running.client();
  client.send(get("/file") + get("/hello"));
  EXPECT_EQ(client.reply().body, content);
  EXPECT_EQ(client.reply().body, "hello");

  running.application.file = folder.path() / "not there";
  EXPECT_EQ(running.ask(get("/file")).status, 404);
  running.application.file = folder.path();
  EXPECT_EQ(running.ask(get("/file")).status, 404);
}

TEST(Events, ArriveWhenTheyHappenUntilTheyAreOver) {
  Running running;
  RawClient client = running.client();
  running.application.events->add("data: 1\n\n");
  client.send(get("/events"));
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream"), std::string::npos);
  EXPECT_EQ(client.read_until("data: 1\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  running.application.events->add("id: 2\ndata: x\n\n");
  EXPECT_EQ(client.read_until("x\n\n\r\n"), "f\r\nid: 2\ndata: x\n\n\r\n");
  running.application.events->add("data: last\n\n");
  running.application.events->over = true;
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "c\r\ndata: last\n\n\r\n0\r\n\r\n");
  client.send(get("/hello"));
  EXPECT_EQ(client.reply().body, "hello");
}

TEST(Events, AQuietStreamShowsThatItIsAlive) {
  Running running([](Options& options) { options.heartbeat_time = 20ms; });
  RawClient client = running.client();
  client.send(get("/events"));
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_until(":\n\n\r\n"), "3\r\n:\n\n\r\n");
  EXPECT_EQ(client.read_until(":\n\n\r\n"), "3\r\n:\n\n\r\n");
}

TEST(Events, OneUserAndAllTogetherHaveSoManyStreams) {
  Running one([](Options& options) { options.limits.streams_per_user = 2; });
  Running all([](Options& options) { options.limits.connections = 8; });
  for (const auto& [running, status] : {std::pair(&one, 429), std::pair(&all, 503)}) {
    std::vector<RawClient> clients;
    for (int i = 0; i < 2; ++i) {
      clients.push_back(running->client());
      clients.back().send(get("/events"));
      EXPECT_NE(clients.back().read_until("\r\n\r\n"), "");
    }
    const Reply refused = running->ask(get("/events"));
    EXPECT_EQ(refused.status, status);
    EXPECT_NE(refused.header("Retry-After"), "");
    EXPECT_EQ(running->ask(get("/hello")).body, "hello");
    clients.front().close();
    EXPECT_TRUE(eventually([&, running = running] {
      RawClient another = running->client();
      another.send(get("/events"));
      return another.reply().status == 200;
    }));
  }
}

TEST(Events, ManyStreamsNeedNoThreadEach) {
  Running running([](Options& options) { options.limits.streams_per_user = 100; });
  std::vector<RawClient> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(running.client());
    clients.back().send(get("/events"));
    EXPECT_NE(clients.back().read_until("\r\n\r\n"), "");
  }
  EXPECT_EQ(running.ask(get("/hello")).body, "hello");
  for (RawClient& client : clients) client.close();
  EXPECT_TRUE(eventually([&] { return running.server->connections() == 0; }));
  const int polls = running.application.events->polls;
  EXPECT_EQ(running.ask(get("/hello")).body, "hello");
  EXPECT_EQ(running.application.events->polls, polls);  // nobody asks any more
}

TEST(Drain, LetsAnswersInFlightFinish) {
  Running running([](Options& options) { options.drain_time = 10s; });
  RawClient idle = running.client();
  idle.send(get("/hello"));
  idle.reply();
  RawClient waiting = running.client();
  waiting.send(get("/wait"));
  RawClient stream = running.client();
  stream.send(get("/events"));
  stream.read_until("\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  std::thread stopping([&] { running.server->drain_and_stop(); });
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(stream.read_all().ends_with("0\r\n\r\n"));
  EXPECT_EQ(running.application.waiting, 1);
  running.application.released = true;
  const Reply reply = waiting.reply();
  EXPECT_EQ(reply.body, "waited");
  EXPECT_EQ(reply.header("Connection"), "close");
  waiting.close();
  stream.close();
  stopping.join();
  EXPECT_EQ(running.application.cancelled, 0);
  EXPECT_EQ(RawClient(running.server->port()).socket(), -1);
}

TEST(Drain, BreaksOffWhatDoesNotEnd) {
  Running running([](Options& options) { options.drain_time = 50ms; });
  RawClient waiting = running.client();
  waiting.send(get("/wait"));
  RawClient slow = running.client();
  slow.send("GET /hel");
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  running.server->drain_and_stop();
  EXPECT_EQ(running.application.cancelled, 1);
  EXPECT_TRUE(waiting.is_closed());
  EXPECT_TRUE(slow.is_closed());
}

TEST(Drain, CanBeCutShort) {
  Running running([](Options& options) { options.drain_time = 1h; });
  RawClient waiting = running.client();
  waiting.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  std::thread stopping([&] { running.server->drain_and_stop(); });
  running.server->stop_now();
  stopping.join();
  EXPECT_EQ(running.application.cancelled, 1);
}

TEST(Proxy, SaysWhoTheClientIsAndThatItIsSafe) {
  Running running([](Options& options) { options.behind_proxy = true; });
  const Reply reply = running.ask(
      get("/about", "X-Forwarded-For: 6.6.6.6, 1.2.3.4\r\nX-Forwarded-Proto: https\r\n"));
  EXPECT_NE(reply.body.find("1.2.3.4 true\n"), std::string::npos) << reply.body;
  Running direct;
  const Reply plain = direct.ask(get("/about", "X-Forwarded-For: 1.2.3.4\r\n"));
  EXPECT_NE(plain.body.find("127.0.0.1 false\n"), std::string::npos) << plain.body;
  EXPECT_EQ(plain.body.find("X-Forwarded-For"), std::string::npos);
}

TEST(Proxy, WhoComesAroundItIsNotAnsweredInTheClear) {
  Running running([](Options& options) {
    options.behind_proxy = true;
    options.trusted_proxies = {"10.0.0.0/8"};
  });
  const Reply reply =
      running.ask(get("/hello", "X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n"));
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(running.ask(post("/echo", "a password")).status, 403);
  EXPECT_EQ(running.ask(get("/assets/test-1a2b3c4d.js")).status, 403);
  EXPECT_EQ(running.application.answered, 0);
  // Whether it is alive anybody may ask; of what it has there this application has nothing.
  for (const char* path : {"/healthz", "/readyz"}) {
    EXPECT_EQ(running.ask(get(path)).body, "nothing here");
  }
  EXPECT_EQ(running.ask(get("/healthz/x")).status, 403);
}

}  // namespace
}  // namespace ca::server
