// Runs that the server starts: real processes, killed while they work.

#include "runs/supervisor.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <random>
#include <regex>
#include <thread>

#include "shop.h"
#include "support/test_shop.h"
#include "workspace/workspace.h"

namespace ca::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using workspace::RunState;

constexpr unsigned kSeed = 20261126;

/// Looks until it is so, for five minutes: runs are nice to others.
template <class Condition>
bool soon(Condition condition) {
  const auto deadline = steady_clock::now() + std::chrono::minutes(5);
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

class SupervisedShop : public ::testing::Test {
 protected:
  SupervisedShop() {
    std::mt19937 random(kSeed);
    std::string sessions(kHeader);
    for (int i = 0; i < 15'000; ++i) {
      fmt::format_to(std::back_inserter(sessions),
                     "o{},c{},2024-{:02d}-{:02d} {:02d}:00,{}.5,{},city {},\n", i, random() % 2'000,
                     1 + random() % 12, 1 + random() % 28, random() % 24, random() % 90,
                     random() % 3 == 0 ? 0 : 1, random() % 4);
    }
    shop.write("sessions.csv", sessions);
    shop.write("connect.toml", sessions_section() + kNoNetworks);
    EXPECT_EQ(shop.connect().exit_code, 0);
    options.program = CA_PROGRAM;
  }

  RunState state_of(const std::string& run) { return workspace().run(run)->state; }
  workspace::Workspace workspace() const {
    return workspace::Workspace(workspace::Home::open(shop.home()));
  }
  std::string ended(const std::string& run) {
    soon([&] { return state_of(run) != RunState::kRunning; });
    return std::string(name_of(state_of(run)));
  }
  std::string current() const {
    const fs::path file = shop.home() / "current";
    return fs::exists(file) ? read_text(file) : std::string();
  }
  std::string answers() const {
    static const std::regex run("\"run_id\":\"[^\"]*\"");
    const Outcome outcome =
        shop.call({"report", "kpis,daily_revenue,rfm,client_value,dimension_kpis", "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return std::regex_replace(outcome.out, run, "");
  }
  static runs::RunRequest everything(bool full = true) {
    runs::RunRequest request{{}, workspace::Trigger::kApi, "ana"};
    request.options.full = full;
    return request;
  }

  Shop shop;
  runs::SupervisorOptions options;
};

TEST_F(SupervisedShop, StartsRunsOneAfterTheOtherAndTheyEndWell) {
  const workspace::Home home = workspace::Home::open(shop.home());
  workspace::Workspace record(home);
  runs::Supervisor supervisor(home, record, options);
  const runs::RunTicket first = supervisor.start(everything());
  ASSERT_NE(first.run, "");
  EXPECT_EQ(record.run(first.run)->origin.requested_by, "ana");
  EXPECT_EQ(record.run(first.run)->trigger, workspace::Trigger::kApi);
  const runs::RunTicket second = supervisor.start(everything(false));
  EXPECT_EQ(second.run, "");
  EXPECT_EQ(second.works, first.run);
  const runs::RunTicket third = supervisor.start(everything(false));
  EXPECT_EQ(third.request, second.request);
  EXPECT_EQ(ended(first.run), "succeeded");
  ASSERT_TRUE(soon([&] { return record.run_of_request(second.request).has_value(); }));
  const std::string next = record.run_of_request(second.request).value();
  EXPECT_EQ(ended(next), "succeeded");
  EXPECT_EQ(record.runs(10).size(), 2U);  // three requests, two runs
}

TEST_F(SupervisedShop, ACancelledRunEndsWithinASecondAndSaysWho) {
  const workspace::Home home = workspace::Home::open(shop.home());
  workspace::Workspace record(home);
  runs::Supervisor supervisor(home, record, options);
  const std::string run = supervisor.start(everything()).run;
  ASSERT_TRUE(supervisor.cancel(run, "ben"));
  EXPECT_EQ(ended(run), "cancelled");
  EXPECT_EQ(record.run(run)->cancelled_by, "ben");
  EXPECT_EQ(current(), "");
}

TEST_F(SupervisedShop, ARunOutlivesTheSupervisorAndTheNextOneSeesIt) {
  const workspace::Home home = workspace::Home::open(shop.home());
  workspace::Workspace record(home);
  std::string run;
  {
    runs::Supervisor supervisor(home, record, options);
    run = supervisor.start(everything()).run;
  }
  EXPECT_EQ(state_of(run), RunState::kRunning);
  runs::Supervisor supervisor(home, record, options);
  EXPECT_EQ(supervisor.start(everything(false)).works, run);
  EXPECT_EQ(ended(run), "succeeded");
}

TEST_F(SupervisedShop, AKilledRunChangesNothingIsNoticedAndCanBeGoneOnWith) {
  const workspace::Home home = workspace::Home::open(shop.home());
  workspace::Workspace record(home);
  runs::Supervisor supervisor(home, record, options);
  const auto begin = steady_clock::now();
  ASSERT_EQ(ended(supervisor.start(everything()).run), "succeeded");
  const auto duration = steady_clock::now() - begin;
  const std::string expected = answers();
  const int kills = std::getenv("CA_LONG") == nullptr ? 5 : 50;
  std::mt19937 random(kSeed);
  for (int kill = 0; kill < kills; ++kill) {
    const auto share = std::uniform_real_distribution<double>(kill, kill + 1)(random) / kills;
    SCOPED_TRACE(fmt::format("killed after {:.0f} %", 100 * share));
    const std::string before = current();
    const std::string run = supervisor.start(everything()).run;
    ASSERT_NE(run, "");
    std::this_thread::sleep_for(
        std::chrono::duration_cast<steady_clock::duration>(duration * share));
    const auto holder = workspace::RunLock::holder(home);
    if (!holder || holder->run != run) {  // on a machine that hurries
      EXPECT_EQ(ended(run), "succeeded");
      continue;
    }
    ::kill(holder->pid, SIGKILL);
    const auto killed = steady_clock::now();
    const std::string end = ended(run);
    if (end == "succeeded") continue;  // it had just ended
    EXPECT_EQ(end, "interrupted");
    EXPECT_LT(steady_clock::now() - killed, std::chrono::seconds(10));
    EXPECT_EQ(answers() == expected, true) << "the answers changed";
    if (current() != before) continue;  // killed after it had published

    const runs::RunTicket retried = supervisor.retry(run, workspace::Trigger::kApi, "ana");
    ASSERT_NE(retried.run, "");
    EXPECT_EQ(ended(retried.run), "succeeded");
    EXPECT_EQ(record.run(retried.run)->origin.resumed_from, run);
    EXPECT_EQ(answers() == expected, true) << "the answers are not those of a full run";
  }
}

}  // namespace
}  // namespace ca::tests
