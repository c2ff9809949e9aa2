#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <functional>
#include <thread>

#include "server/server_file.h"
#include "shop.h"

// serve, stop and status as people and service managers use them.

namespace ca::tests {
namespace {

using Json = nlohmann::json;

bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

struct Serve : testing::Test {
  ~Serve() override { run_program({"stop", "--home", home()}); }

  std::string home() const { return folder.path() / "home"; }
  std::optional<server::RunningServer> running() const {
    return server::find_server(workspace::Home::open(home()));
  }
  Outcome start(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"serve", "--home", home(), "--port", "0", "--detach"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  }

  TemporaryFolder folder;
};

TEST_F(Serve, InTheBackgroundUntilItIsStopped) {
  EXPECT_EQ(run_program({"status", "--home", home()}).exit_code, 1);
  Outcome outcome = run_program({"stop", "--home", home()});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(error_code(outcome), "E-SERVER");

  outcome = start({"--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  Json told = Json::parse(outcome.out);
  EXPECT_TRUE(told.erase("first_owner"));  // told once, to whoever starts it
  EXPECT_EQ(told.at("url").get<std::string>().substr(0, 17), "http://127.0.0.1:");
  outcome = run_program({"status", "--home", home(), "--json"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(Json::parse(outcome.out), told);

  outcome = run_program({"stop", "--home", home()});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_FALSE(running());
  EXPECT_EQ(run_program({"status", "--home", home()}).exit_code, 1);
}

TEST_F(Serve, AHomeHasOneServerAndAPortOne) {
  ASSERT_EQ(start().exit_code, 0);
  EXPECT_EQ(error_code(start()), "E-SERVER");
  const std::string url = running()->url;
  const std::string port = url.substr(url.rfind(':') + 1);
  const Outcome outcome =
      run_program({"serve", "--home", folder.path() / "other", "--port", port, "--detach"});
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_EQ(error_code(outcome), "E-PORT");
}

TEST_F(Serve, InFrontUntilASignal) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Program program({"serve", "--home", home(), "--port", "0"});
    ASSERT_TRUE(eventually([&] { return running().has_value(); }));
    program.signal(SIGHUP);  // no certificate: nothing to reload, and no end either
    program.signal(signal);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("http://127.0.0.1:"), std::string::npos);
    // What keeps standard error has the log.
    EXPECT_NE(outcome.err.find("\"event\":\"server started\""), std::string::npos) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(home() + "/server.json"));
  }
}

TEST_F(Serve, AKilledServerLeavesNothingInTheWay) {
  ASSERT_EQ(start().exit_code, 0);
  const auto killed = running();
  ::kill(killed->pid, SIGKILL);
  ASSERT_TRUE(eventually([&] { return !server::is_alive(*killed); }));
  EXPECT_EQ(run_program({"status", "--home", home()}).exit_code, 1);
  EXPECT_EQ(start().exit_code, 0);
}

TEST_F(Serve, OthersAreNotServedInTheClear) {
  EXPECT_EQ(error_code(start({"--host", "0.0.0.0"})), "E-PARAM");
  EXPECT_EQ(error_code(start({"--tls-certificate", "x.pem"})), "E-PARAM");
  EXPECT_EQ(error_code(start({"--tls-certificate", "/none", "--tls-key", "/none"})), "E-TLS");
  EXPECT_FALSE(running());
}

}  // namespace
}  // namespace ca::tests
