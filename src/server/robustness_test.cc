#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <thread>

#include "base/log.h"
#include "base/scratch_folder.h"
#include "server/test_support.h"

// What clients do that no good one does, and that the others do not notice.

namespace ca::server {
namespace {

using namespace std::chrono_literals;

TEST(Robustness, TwoHundredSlowClientsKeepNobodyWaiting) {
  Running running;
  std::vector<RawClient> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(running.client());
    ASSERT_TRUE(slow.back().send("GET /hello HTTP/1.1\r\nHost: loc"));
  }
  ASSERT_TRUE(eventually([&] { return running.server->connections() == 200; }));
  RawClient good = running.client();
  const auto before = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    good.send(get("/hello"));
    EXPECT_EQ(good.reply().body, "hello");
  }
  // Far less than the slow ones may take; what it is on an idle machine is for bench/ to say.
  EXPECT_LT(std::chrono::steady_clock::now() - before, 2s);
  EXPECT_EQ(running.server->connections(), 201);
  EXPECT_TRUE(slow.front().send("alhost\r\n\r\n"));
  EXPECT_EQ(slow.front().reply().body, "hello");
}

TEST(Robustness, WhoSendsTooSlowlyIsToldAndLetGo) {
  Running running([](Options& options) { options.limits.head_time = 100ms; });
  std::vector<RawClient> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(running.client());
    slow.back().send("GET /hello HTTP/1.1\r\nHost: loc");
  }
  for (RawClient& client : slow) EXPECT_EQ(client.reply().status, 408);
  for (RawClient& client : slow) client.close();
  EXPECT_TRUE(eventually([&] { return running.server->connections() == 0; }));
}

TEST(Robustness, AByteNowAndThenIsNotEnough) {
  Running running([](Options& options) { options.limits.head_time = 150ms; });
  RawClient client = running.client();
  const std::string request = get("/hello", "X-Long: " + std::string(100, 'x') + "\r\n");
  std::size_t sent = 0;
  do {
    ASSERT_LT(sent, request.size());
    client.send(request.substr(sent++, 1));
  } while (!client.has_bytes(10ms));
  EXPECT_EQ(client.reply().status, 408);
}

TEST(Robustness, ABodyThatStopsIsNotWaitedForForever) {
  Running running([](Options& options) { options.limits.idle_time = 100ms; });
  RawClient client = running.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.reply().status, 408);
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(running.application.answered, 0);
}

TEST(Robustness, AClientThatSendsNothingIsLetGo) {
  Running running([](Options& options) { options.limits.head_time = 100ms; });
  RawClient client = running.client();
  EXPECT_TRUE(client.is_closed());
}

TEST(Robustness, AnIdleConnectionIsClosedInTheEnd) {
  Running running([](Options& options) { options.limits.keep_alive_time = 100ms; });
  RawClient client = running.client();
  client.send(get("/hello"));
  EXPECT_EQ(client.reply().body, "hello");
  EXPECT_TRUE(client.is_closed());
}

TEST(Robustness, HalfARequestAndAHalfClosedSocketEnd) {
  Running running;
  for (const char* half :
       {"", "GET /hel", "GET /hello HTTP/1.1\r\nHost: localhost\r\n",
        "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nab"}) {
    RawClient client = running.client();
    client.send(half);
    client.close_half();
    EXPECT_EQ(client.read_all(), "") << half;
  }
  EXPECT_EQ(running.application.answered, 0);
}

TEST(Robustness, AWholeRequestBeforeAHalfClosedSocketIsAnswered) {
  Running running;
  RawClient client = running.client();
  client.send(get("/hello") + get("/text?5"));
  client.close_half();
  EXPECT_EQ(client.reply().body, "hello");
  EXPECT_EQ(client.reply().body.size(), 5);
  EXPECT_TRUE(client.is_closed());
}

TEST(Robustness, ABodyThatIsTooLargeIsRefusedBeforeItIsSent) {
  Running running;
  running.application.body_limit = 1'000;
  RawClient client = running.client();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n");
  EXPECT_EQ(client.reply().status, 413);
  EXPECT_TRUE(client.is_closed());
}

TEST(Robustness, WhoSendsATooLargeBodyAnywayReadsWhy) {
  Running running;
  running.application.body_limit = 1'000;
  for (const bool is_chunked : {false, true}) {
    RawClient client = running.client();
    client.send(
        std::string("POST /echo HTTP/1.1\r\nHost: localhost\r\n") +
        (is_chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 500000\r\n\r\n"));
    for (int i = 0; i < 500; ++i) {
      const std::string piece(1'000, 'x');
      if (!client.send(is_chunked ? "3e8\r\n" + piece + "\r\n" : piece)) break;
    }
    EXPECT_EQ(client.reply().status, 413) << is_chunked;
  }
  EXPECT_EQ(running.application.answered, 0);
}

TEST(Robustness, BodiesTogetherDoNotTakeMoreMemoryThanAllowed) {
  Running running([](Options& options) { options.limits.body_memory = 1 << 20; });
  RawClient first = running.client();
  first.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n" +
             std::string(900'000, 'a'));
  // Whichever of the two comes to the limit is refused.
  bool is_refused = false;
  EXPECT_TRUE(eventually([&] {
    is_refused = running.ask(post("/echo", std::string(200'000, 'b'))).status == 503;
    return is_refused || first.has_bytes(0ms);
  }));
  if (!is_refused) {
    EXPECT_EQ(first.reply().status, 503);
  }
  first.close();
  EXPECT_TRUE(eventually(
      [&] { return running.ask(post("/echo", std::string(200'000, 'b'))).status == 200; }));
}

TEST(Robustness, AFloodOfHeadersIsRefused) {
  Running running;
  RawClient client = running.client();
  client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n");
  for (int i = 0; i < 2'000; ++i) {
    if (!client.send("X-Header-" + std::to_string(i) + ": " + std::string(100, 'x') + "\r\n"))
      break;
  }
  EXPECT_EQ(client.reply().status, 431);
  EXPECT_EQ(running.ask(get("/" + std::string(33'000, 'a'))).status, 414);
}

TEST(Robustness, NoRequestIsSmuggledInAnother) {
  Running running;
  const std::string inner = get("/text?7");
  const std::vector<std::string> attempts = {
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: " +
          std::to_string(inner.size()) + "\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: y\nContent-Length: 3\r\n\r\n",
      "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: y\r\n Content-Length: 3\r\n\r\n",
      "GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "GET /hello HTTP/1.0\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n1\nx\n0\n\n\r\n\r\n",
  };
  for (const std::string& attempt : attempts) {
    RawClient client = running.client();
    client.send(attempt + inner);
    const std::string all = client.read_all();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400") || all.starts_with("HTTP/1.1 50")) << all;
    EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << attempt;  // one answer, then the end
  }
  EXPECT_EQ(running.application.answered, 0);
}

TEST(Robustness, HostNamesOfOthersAreNotAnswered) {
  Running running([](Options& options) { options.host_names = {"shop.example"}; });
  const auto status = [&](const std::string& host) {
    return running.ask("GET /hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status;
  };
  EXPECT_EQ(status("localhost:5000"), 200);
  EXPECT_EQ(status("127.0.0.1"), 200);
  EXPECT_EQ(status("shop.example"), 200);
  EXPECT_EQ(status("evil.example"), 421);
  EXPECT_EQ(status("a b"), 400);
  EXPECT_EQ(running.ask("GET /hello HTTP/1.1\r\n\r\n").status, 400);
}

TEST(Robustness, TooManyConnectionsOfOneAddressAreRefused) {
  Running running([](Options& options) { options.limits.connections_per_address = 3; });
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(running.client());
    clients.back().send(get("/hello"));
    EXPECT_EQ(clients.back().reply().status, 200);
  }
  RawClient fourth = running.client();
  EXPECT_TRUE(fourth.read_until("\r\n").starts_with("HTTP/1.1 503"));
  EXPECT_TRUE(fourth.is_closed());
  clients.pop_back();
  EXPECT_TRUE(eventually([&] { return running.ask(get("/hello")).status == 200; }));
}

TEST(Robustness, WhenThereIsNoRoomTheLongestIdleMakesIt) {
  Running running([](Options& options) { options.limits.connections = 2; });
  RawClient first = running.client();
  first.send(get("/hello"));
  EXPECT_EQ(first.reply().status, 200);
  RawClient second = running.client();
  second.send("GET /hello");  // busy
  EXPECT_TRUE(eventually([&] { return running.server->connections() == 2; }));
  EXPECT_EQ(running.ask(get("/hello")).status, 200);
  EXPECT_TRUE(first.is_closed());
  second.send(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(second.reply().status, 200);
}

TEST(Robustness, WhenAllAreBusyWhoeverHasBegunARequestForTheLongestMakesRoom) {
  Running running([](Options& options) { options.limits.connections = 3; });
  std::vector<RawClient> slow;
  for (std::size_t i = 0; i < 2; ++i) {
    slow.push_back(running.client());
    slow.back().send("GET /hello");
    EXPECT_TRUE(eventually([&] { return running.server->connections() == 1 + i; }));
  }
  RawClient asking = running.client();
  asking.send(get("/hello") + get("/wait"));
  EXPECT_EQ(asking.reply().body, "hello");  // what was sent before has arrived
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  EXPECT_EQ(running.ask(get("/hello")).status, 200);
  EXPECT_TRUE(slow.front().is_closed());
  running.application.released = true;
  EXPECT_EQ(asking.reply().body, "waited") << "a request that is there is not given up";
}

/// The limit of open files of this process, until the end of a scope.
class OpenFiles {
 public:
  explicit OpenFiles(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lower{most, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  OpenFiles(const OpenFiles&) = delete;
  OpenFiles& operator=(const OpenFiles&) = delete;
  ~OpenFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(Robustness, ThereAreNotMoreConnectionsThanOpenFilesAllow) {
  std::optional<OpenFiles> files(128 + 20);
  Running running;
  files.reset();
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(running.client());
    clients.back().send(get("/hello"));
    EXPECT_EQ(clients.back().reply().status, 200);
  }
  EXPECT_EQ(running.ask(get("/hello")).status, 200);
  EXPECT_TRUE(clients.front().is_closed());
}

TEST(Robustness, WhenThereAreNoFilesLeftTheLongestIdleMakesRoom) {
  Running running;
  std::vector<RawClient> idle;
  for (int i = 0; i < 3; ++i) {
    idle.push_back(running.client());
    idle.back().send(get("/hello"));
    EXPECT_EQ(idle.back().reply().status, 200);
  }
  const int next = ::dup(idle.front().socket());
  ::close(next);
  const OpenFiles files(static_cast<rlim_t>(next) + 1);
  RawClient last = running.client();  // has the last one, so that the server gets none
  ASSERT_GE(last.socket(), 0);
  last.send(get("/hello"));
  EXPECT_EQ(last.reply().status, 200);
  EXPECT_TRUE(idle.front().is_closed());
}

TEST(Robustness, AClientThatReadsSlowlyButAllTheTimeIsKept) {
  Running running([](Options& options) { options.limits.idle_time = 1s; });
  RawClient client(running.server->port(), 16'384);
  client.send(get("/text?30000000"));
  client.read_until("\r\n\r\n");
  const auto begin = std::chrono::steady_clock::now();
  std::array<char, 8'000> bytes{};
  for (auto next = begin; next < begin + 2'500ms; next += 20ms) {
    eventually([&] { return std::chrono::steady_clock::now() >= next; });
    ASSERT_GT(::recv(client.socket(), bytes.data(), bytes.size(), 0), 0);
  }
  EXPECT_EQ(running.server->connections(), 1);
}

TEST(Robustness, AClientThatNeverReadsIsLetGo) {
  Running running([](Options& options) { options.limits.idle_time = 200ms; });
  RawClient client = running.client();
  const int small = 4'096;
  ::setsockopt(client.socket(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
  client.send(get("/text?30000000"));
  EXPECT_TRUE(eventually([&] { return running.application.answered == 1; }));
  EXPECT_TRUE(eventually([&] { return running.server->connections() == 0; }));
}

TEST(Robustness, WorkForAClientThatHasGoneIsCancelled) {
  Running running;
  for (const bool is_reset : {false, true}) {
    const int before = running.application.cancelled;
    RawClient client = running.client();
    client.send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
    if (is_reset) {
      client.reset();
    } else {
      client.close();
    }
    EXPECT_TRUE(eventually([&] { return running.application.cancelled == before + 1; }));
  }
  EXPECT_TRUE(eventually([&] { return running.server->connections() == 0; }));
}

TEST(Robustness, WhatArrivesWhileAnAnswerIsMadeIsNotLost) {
  Running running;
  RawClient client = running.client();
  client.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 1; }));
  const std::string second = post("/echo", std::string(100'000, 'e'));
  client.send(second.substr(0, 50));
  std::thread rest([&] { client.send(second.substr(50)); });
  running.application.released = true;
  EXPECT_EQ(client.reply().body, "waited");
  EXPECT_EQ(client.reply().body.size(), 100'000);
  rest.join();
  EXPECT_EQ(running.application.cancelled, 0);
}

TEST(Robustness, AnAnswerThatTakesTooLongIsGivenUp) {
  Running running([](Options& options) { options.limits.answer_time = 100ms; });
  const Reply reply = running.ask(get("/wait"));
  EXPECT_EQ(reply.status, 503);
  EXPECT_NE(reply.header("Retry-After"), "");
  EXPECT_TRUE(eventually([&] { return running.application.cancelled == 1; }));
}

TEST(Robustness, ABodyMayTakeLongerThanAnAnswer) {
  Running running([](Options& options) { options.limits.answer_time = 500ms; });
  running.application.body_limit = 50'000'000;
  const std::string piece(300'000, 's');  // more than a sink is given at a time
  for (const char* path : {"/sink", "/echo"}) {
    RawClient client = running.client();
    client.send(fmt::format("POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n",
                            path, 6 * piece.size()));
    for (int i = 0; i < 6; ++i) {
      EXPECT_FALSE(client.has_bytes(150ms)) << path;
      client.send(piece);
    }
    EXPECT_EQ(client.reply().status, 200) << path;
  }
}

TEST(Robustness, PasswordsKeepNoQuestionWaiting) {
  Running running;
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(running.client());
    clients.back().send(post("/wait?password", "{}"));
  }
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 2; }));  // threads of the lane
  EXPECT_EQ(running.ask(get("/hello?long")).body, "hello");
  EXPECT_EQ(running.ask(get("/hello")).body, "hello");
  running.application.released = true;
  for (RawClient& client : clients) EXPECT_EQ(client.reply().body, "waited");
}

TEST(Robustness, OfTooManyPasswordsTheRestIsRefusedAtOnce) {
  Running running([](Options& options) { options.limits.passwords_waiting = 3; });
  std::vector<RawClient> clients;
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      clients.push_back(running.client());
      clients.back().send(post("/wait?password", "{}"));
    }
  };
  send(2);
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 2; }));
  send(8);
  const auto has_answer = [](const RawClient& client) { return client.has_bytes(0ms); };
  EXPECT_TRUE(eventually([&] { return std::ranges::count_if(clients, has_answer) == 5; }));
  running.application.released = true;
  int refused = 0;
  for (RawClient& client : clients) {
    const Reply reply = client.reply();
    if (reply.status == 200) continue;
    ++refused;
    EXPECT_EQ(reply.status, 503);
    EXPECT_NE(reply.header("Retry-After"), "");
    EXPECT_NE(reply.body.find("E-BUSY"), std::string::npos);
  }
  EXPECT_EQ(refused, 5);
}

TEST(Robustness, APasswordOfAClientThatHasGoneIsNotLookedAt) {
  Running running;
  std::vector<RawClient> busy;
  for (int i = 0; i < 2; ++i) {
    busy.push_back(running.client());
    busy.back().send(post("/wait?password", "{}"));
  }
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 2; }));
  RawClient gone = running.client();
  gone.send(post("/hello?password", "{}"));
  EXPECT_FALSE(gone.has_bytes(50ms));
  gone.reset();
  ASSERT_TRUE(eventually([&] { return running.server->connections() == 2; }));
  running.application.released = true;
  for (RawClient& client : busy) EXPECT_EQ(client.reply().body, "waited");
  EXPECT_EQ(running.ask(post("/hello?password", "{}")).body, "hello");
  EXPECT_EQ(running.application.answered, 3);
}

TEST(Robustness, LongQuestionsDoNotKeepQuickOnesWaiting) {
  Running running;
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(running.client());
    clients.back().send(get("/wait?long"));
  }
  ASSERT_TRUE(eventually([&] { return running.application.waiting == 2; }));  // threads of the lane
  EXPECT_EQ(running.ask(get("/hello")).body, "hello");
  running.application.released = true;
  for (RawClient& client : clients) EXPECT_EQ(client.reply().body, "waited");
}

TEST(Robustness, ASinkIsGivenABodyOfAnySizeAndEndsWithItsClient) {
  Running running;
  running.application.body_limit = 50'000'000;
  EXPECT_EQ(running.ask(post("/sink", std::string(5'000'000, 's'))).body, "5000000");
  EXPECT_EQ(running.ask(post("/sink", "")).body, "0");
  running.application.sink_limit = 1'000'000;
  EXPECT_EQ(running.ask(post("/sink", std::string(5'000'000, 's'))).status, 500);
  RawClient client = running.client();
  client.send("POST /sink HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc");
  EXPECT_TRUE(eventually([&] { return running.application.sinks == 1; }));
  client.close();
  EXPECT_TRUE(eventually([&] { return running.application.sinks == 0; }));
}

std::string log_of(const ScratchFolder& folder) {
  std::ifstream in(folder.path() / "customeranalytics.log");
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Robustness, TheLogTellsOfEveryRequestAndKeepsSecretsOut) {
  const ScratchFolder folder;
  log::open(folder.path());
  {
    Running running;
    running.ask(get("/hello?token=secret&from=2024-01-01"));
    running.ask("BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    running.server->drain_and_stop();
  }
  log::close();
  const std::string text = log_of(folder);
  EXPECT_NE(text.find(R"("event":"request")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("path":"/hello","parameters":"token,from","status":200)"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(R"("address":"127.0.0.1")"), std::string::npos);
  EXPECT_NE(text.find(R"("user":"somebody")"), std::string::npos);
  EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST(Robustness, AFloodDoesNotFillTheLog) {
  const ScratchFolder folder;
  log::open(folder.path());
  {
    Running running([](Options& options) { options.limits.connections_per_address = 1; });
    RawClient first = running.client();
    first.send(get("/hello"));
    first.reply();
    for (int i = 0; i < 500; ++i) running.client();
    running.server->drain_and_stop();
  }
  log::close();
  const std::string text = log_of(folder);
  EXPECT_LT(std::ranges::count(text, '\n'), 150) << text;
  EXPECT_NE(text.find("too many connections"), std::string::npos);
}

}  // namespace
}  // namespace ca::server
