#include "workspace/forget.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "workspace/run_lock.h"
#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::workspace {
namespace {

using namespace testing;
using std::chrono::hours;

struct Forgetting : ::testing::Test {
  ScratchFolderInMemory folder;
  Home home = Home::open(folder.path());
  FakeClock fake;
  Workspace workspace{home, fake.clock()};

  std::string run(const std::string& stage, RunState state = RunState::kSucceeded) {
    const std::string id = workspace.begin_run(Trigger::kManual, "");
    workspace.stage_started(id, stage);
    workspace.event(id, Level::kInfo, "", "", "said");
    workspace.stage_finished(id, stage, "", {});
    workspace.finish_run(id, state);
    fake.now += hours(1);
    return id;
  }
  std::string ids() const {
    std::string text;
    for (const RunRecord& record : workspace.runs(100)) text = record.id + " " + text;
    return text;
  }
  std::int64_t count(const std::string& table) const {
    SQLite::Database database(home.workspace_file().string(), SQLite::OPEN_READWRITE);
    return database.execAndGet("SELECT count(*) FROM " + table).getInt64();
  }
};

TEST_F(Forgetting, RunsThatAreStillNeededStay) {
  const std::string unneeded = run("ingest");
  const std::string with_snapshot = run("ingest");
  workspace.add_snapshot(with_snapshot, Day{19'800});
  const std::string with_journeys = run("ingest");
  publish(home, {with_journeys, with_snapshot});
  const std::string last_tests = run("tests");
  const std::string last_ingest = run("ingest");
  const std::string newest = workspace.begin_run(Trigger::kManual, "");
  const Forgotten forgotten = forget_before(home, fake.now);
  EXPECT_EQ(forgotten.runs, 1);
  EXPECT_EQ(ids(), with_snapshot + " " + with_journeys + " " + last_tests + " " + last_ingest +
                       " " + newest + " ");
  EXPECT_EQ(forgotten.events, 4);
  EXPECT_EQ(count("run_stages"), 4);
  EXPECT_FALSE(workspace.run(unneeded));
}

TEST_F(Forgetting, WhatIsYoungStays) {
  run("ingest");
  const TimePoint middle = fake.now;
  run("ingest");
  run("ingest");
  EXPECT_EQ(forget_before(home, middle).runs, 1);
  EXPECT_EQ(forget_before(home, middle).runs, 0);
  EXPECT_EQ(count("run_events"), 2);
}

TEST_F(Forgetting, TracesOfPeopleGoToo) {
  SQLite::Database database(home.workspace_file().string(), SQLite::OPEN_READWRITE);
  database.exec("BEGIN");
  for (int i = 0; i < 2'500; ++i) {
    database.exec(
        "INSERT INTO audit_log (ts, username, ip, action, object) VALUES "
        "('2020-01-01T00:00:00.000Z', 'ann', '', 'a', 'o')");
  }
  database.exec(
      "INSERT INTO sign_in_failures (username, ip, ts) VALUES "
      "('ann', '', '2020-01-01T00:00:00.000Z'), ('ann', '', '2030-01-01T00:00:00.000Z')");
  database.exec("COMMIT");
  const Forgotten forgotten = forget_before(home, fake.now);
  EXPECT_EQ(forgotten.audit, 2'500);
  EXPECT_EQ(forgotten.sign_in_failures, 1);
  EXPECT_EQ(count("sign_in_failures"), 1);
}

}  // namespace
}  // namespace ca::workspace
