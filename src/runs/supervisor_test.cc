#include "runs/supervisor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "ingest/test_support.h"
#include "runs/run_options.h"
#include "runs/test_support.h"
#include "workspace/run_lock.h"

namespace ca::runs {
namespace {

using namespace ingest::testing;
using workspace::RunState;
namespace fs = std::filesystem;

/// Looks until it is so, for ten seconds.
template <class Condition>
bool soon(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

/// Its runs are scripts; tests/robustness has the real ones.
class SupervisorTest : public ::testing::Test {
 protected:
  SupervisorTest() {
    workspace::Configuration configuration;
    configuration.sources = {testing::csv_source(
        folder.path(), "sessions",
        {"order_id", "client", "session_start_date", "payment_amount", "has_purchased"})};
    workspace.save(configuration);
  }

  SupervisorOptions program(const std::string& script) {
    const fs::path file = folder.path() / "program";
    write(file, "#!/bin/sh\n" + script);
    ::chmod(file.c_str(), 0700);
    SupervisorOptions options;
    options.program = file;
    return options;
  }
  static RunRequest asked(std::set<std::string> only, bool full = false) {
    RunRequest request{{}, workspace::Trigger::kApi, "ana"};
    request.options.only = std::move(only);
    request.options.full = full;
    return request;
  }
  std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
};

TEST_F(SupervisorTest, WhatIsAskedForWhileARunWorksWaitsAsOneRequest) {
  std::optional<workspace::RunLock> held = workspace::RunLock::acquire(home);
  const std::string run = workspace.begin_run(workspace::Trigger::kManual, "");
  held->name_run(run);
  Supervisor supervisor(home, workspace, program("exit 1"));
  const RunTicket first = supervisor.start(asked({"ingest"}));
  EXPECT_EQ(first.run, "");
  EXPECT_EQ(first.works, run);
  EXPECT_FALSE(first.is_joined);
  const RunTicket second = supervisor.start(asked({"quality"}, true));
  EXPECT_EQ(second.request, first.request);
  EXPECT_TRUE(second.is_joined);
  const auto waiting = workspace.waiting_request().value();
  EXPECT_EQ(waiting.requested_by, "ana");
  const RunOptions both = run_options_from_json(waiting.options_json);
  EXPECT_EQ(both.only, (std::set<std::string>{"ingest", "quality"}));
  EXPECT_TRUE(both.full);
  EXPECT_EQ(supervisor.working(), run);
  EXPECT_TRUE(supervisor.cancel(run, "ben"));
  EXPECT_EQ(workspace.cancelled_by(run), "ben");
  EXPECT_TRUE(supervisor.cancel_request(first.request));
  EXPECT_FALSE(supervisor.cancel_request(first.request));
  workspace.finish_run(run, RunState::kCancelled);
  EXPECT_FALSE(supervisor.cancel(run, "ben"));
}

TEST_F(SupervisorTest, ARunAsOfNowDoesNotJoinOneOfThePast) {
  std::optional<workspace::RunLock> held = workspace::RunLock::acquire(home);
  held->name_run(workspace.begin_run(workspace::Trigger::kManual, ""));
  Supervisor supervisor(home, workspace, program("exit 1"));
  RunRequest past = asked({"ingest"});
  past.options.as_of = "2024-05-01";
  const RunTicket first = supervisor.start(past);
  const RunTicket plain = supervisor.start(asked({"ingest"}));
  EXPECT_NE(plain.request, first.request);
  EXPECT_FALSE(plain.is_joined);
  const RunTicket joined = supervisor.start(asked({"quality"}));
  EXPECT_EQ(joined.request, plain.request);
  EXPECT_TRUE(joined.is_joined);
  EXPECT_EQ(workspace.waiting_request()->id, first.request);
  EXPECT_TRUE(supervisor.cancel_request(first.request));
  const auto next = workspace.waiting_request().value();
  EXPECT_EQ(next.id, plain.request);
  EXPECT_EQ(run_options_from_json(next.options_json).as_of, std::nullopt);
  EXPECT_EQ(run_options_from_json(next.options_json).only,
            (std::set<std::string>{"ingest", "quality"}));
}

TEST_F(SupervisorTest, ARequestSurvivesTheSupervisorAndIsBegunWhenTheRunEnds) {
  std::optional<workspace::RunLock> held = workspace::RunLock::acquire(home);
  const std::string run = workspace.begin_run(workspace::Trigger::kManual, "");
  held->name_run(run);
  const std::string script = "echo \"$@\" > '" + (folder.path() / "said").string() + "'; exit 1";
  std::int64_t request = 0;
  {
    Supervisor supervisor(home, workspace, program(script));
    request = supervisor.start(asked({"ingest"})).request;
  }
  workspace.finish_run(run, RunState::kSucceeded);
  held.reset();
  SupervisorOptions options = program(script);
  options.threads = 3;
  Supervisor supervisor(home, workspace, options);
  ASSERT_TRUE(soon([&] { return fs::exists(folder.path() / "said"); }));
  ASSERT_TRUE(soon([&] { return !text_of(folder.path() / "said").empty(); }));
  EXPECT_EQ(text_of(folder.path() / "said"), "run --json --home=" + home.folder().string() +
                                                 " --request=" + std::to_string(request) +
                                                 " --threads=3\n");
}

TEST_F(SupervisorTest, ARunThatCannotBeBegunIsGivenUp) {
  Supervisor supervisor(home, workspace, program("echo no; exit 1"));
  EXPECT_EQ(code_of([&] { supervisor.start(asked({})); }), "E-RUN");
  EXPECT_EQ(workspace.waiting_request(), std::nullopt);
  EXPECT_EQ(text_of(home.logs_folder() / "run.log"), "no\n");
}

TEST_F(SupervisorTest, WhatCannotBeARunIsRefusedAtOnce) {
  Supervisor supervisor(home, workspace, program("exit 1"));
  EXPECT_EQ(code_of([&] { supervisor.start(asked({"ingests"})); }), "E-PARAM");
  RunRequest request = asked({});
  request.options.as_of = "soon";
  EXPECT_EQ(code_of([&] { supervisor.start(request); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { supervisor.retry("none", workspace::Trigger::kApi, "ana"); }),
            "E-NOT-FOUND");
  workspace.save({});
  EXPECT_EQ(code_of([&] { supervisor.start(asked({})); }), "E-NOT-CONNECTED");
  EXPECT_EQ(workspace.waiting_request(), std::nullopt);
}

TEST_F(SupervisorTest, AReasonThatWillNotChangeIsToldAndNoProcessIsTried) {
  const std::string loaded = workspace.begin_run(workspace::Trigger::kManual, "", "other sources");
  workspace.stage_started(loaded, "ingest");
  workspace.stage_finished(loaded, "ingest", {}, {});
  workspace.finish_run(loaded, RunState::kSucceeded);
  const fs::path tried = folder.path() / "tried";
  Supervisor supervisor(home, workspace, program("touch '" + tried.string() + "'; exit 1"));
  const auto refused = error_of([&] { supervisor.start(asked({"quality"})); });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code(), "E-PARAM");
  EXPECT_EQ(refused->hint(), "Run again with ingest, or without --only and --skip.");
  EXPECT_FALSE(fs::exists(tried));
  EXPECT_EQ(workspace.waiting_request(), std::nullopt);
}

TEST_F(SupervisorTest, WhatTheRunBeforeMayMakeIsJudgedWhenItHasEnded) {
  const std::string loaded = workspace.begin_run(workspace::Trigger::kManual, "", "other sources");
  workspace.stage_started(loaded, "ingest");
  workspace.stage_finished(loaded, "ingest", {}, {});
  workspace.finish_run(loaded, RunState::kSucceeded);
  std::optional<workspace::RunLock> held = workspace::RunLock::acquire(home);
  held->name_run(workspace.begin_run(workspace::Trigger::kManual, ""));
  Supervisor supervisor(home, workspace, program("exit 1"));
  EXPECT_EQ(supervisor.start(asked({"quality"})).run, "");
  EXPECT_NE(workspace.waiting_request(), std::nullopt);
}

TEST(SilenceAllowed, IsShortOnlyWhileARunHasAPulse) {
  workspace::RunRecord run;
  run.state = RunState::kRunning;
  run.started_at = "2024-05-01T12:00:00.000Z";
  run.heartbeat_at = run.started_at;
  EXPECT_EQ(silence_allowed(std::nullopt), std::chrono::minutes(2));
  EXPECT_EQ(silence_allowed(run), std::chrono::minutes(2));
  run.heartbeat_at = "2024-05-01T12:00:01.000Z";
  EXPECT_EQ(silence_allowed(run), std::chrono::seconds(10));
  run.state = RunState::kSucceeded;
  EXPECT_EQ(silence_allowed(run), std::chrono::minutes(2));
}

TEST_F(SupervisorTest, DeadRunsAreMarkedWithoutASupervisorButNeverOneThatWorks) {
  const std::string run = workspace.begin_run(workspace::Trigger::kManual, "");
  {
    std::optional<workspace::RunLock> held = workspace::RunLock::acquire(home);
    held->name_run(run);
    EXPECT_TRUE(mark_dead_runs(home, workspace).empty());
    EXPECT_EQ(workspace.run(run)->state, RunState::kRunning);
  }
  EXPECT_EQ(mark_dead_runs(home, workspace), std::vector<std::string>{run});
  EXPECT_EQ(workspace.run(run)->state, RunState::kInterrupted);
  EXPECT_EQ(workspace.events(run).size(), 1U);
  EXPECT_TRUE(mark_dead_runs(home, workspace).empty());
}

TEST_F(SupervisorTest, ARunWhoseProcessIsGoneIsInterruptedAtOnce) {
  const std::string run = workspace.begin_run(workspace::Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  const Supervisor supervisor(home, workspace, program("exit 1"));
  EXPECT_TRUE(soon([&] { return workspace.run(run)->state == RunState::kInterrupted; }));
  EXPECT_EQ(workspace.stages(run).at(0).state, workspace::StageState::kFailed);
}

TEST_F(SupervisorTest, ManyThreadsMayAsk) {
  std::optional<workspace::RunLock> held = workspace::RunLock::acquire(home);
  held->name_run(workspace.begin_run(workspace::Trigger::kManual, ""));
  Supervisor supervisor(home, workspace, program("exit 1"));
  std::vector<std::thread> threads;
  for (const char* stage : {"ingest", "quality", "journeys", "clv"}) {
    threads.emplace_back([&, stage] { supervisor.start(asked({stage})); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(run_options_from_json(workspace.waiting_request()->options_json).only.size(), 4U);
}

}  // namespace
}  // namespace ca::runs
