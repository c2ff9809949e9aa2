#include <SQLiteCpp/SQLiteCpp.h>

#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::workspace {
namespace {

using namespace testing;
using std::chrono::milliseconds;

/// So many of a thousand rows.
StageUnits share(double fraction) {
  return {static_cast<std::int64_t>(std::lround(fraction * 1000)), 1000, "rows"};
}

class RunsTest : public ::testing::Test {
 protected:
  double progress(const std::string& stage, const std::string& dimension = "") {
    for (const StageRecord& record : Workspace(home).stages(run)) {
      if (record.stage == stage && record.dimension == dimension) return record.progress;
    }
    return -1;
  }
  StageRecord stage(std::size_t index) { return workspace.stages(run).at(index); }

  TemporaryFolder folder;
  Home home = Home::open(folder.path());
  FakeClock fake;
  Workspace workspace{home, fake.clock()};
  std::string run;
};

TEST_F(RunsTest, IdsSortByTimeAndDifferWithinASecond) {
  EXPECT_EQ(workspace.begin_run(Trigger::kManual, ""), "20240501T120304-0001");
  EXPECT_EQ(workspace.begin_run(Trigger::kManual, ""), "20240501T120304-0002");
  fake.now += milliseconds(499);
  EXPECT_EQ(Workspace(home, fake.clock()).begin_run(Trigger::kApi, ""), "20240501T120304-0003");
  fake.now += milliseconds(1);
  EXPECT_EQ(workspace.begin_run(Trigger::kSchedule, ""), "20240501T120305-0001");
  const std::vector<RunRecord> newest = workspace.runs(2);
  ASSERT_EQ(newest.size(), 2U);
  EXPECT_EQ(newest[0].id, "20240501T120305-0001");
  EXPECT_EQ(newest[0].trigger, Trigger::kSchedule);
  EXPECT_EQ(newest[1].id, "20240501T120304-0003");
  EXPECT_EQ(workspace.runs(100).size(), 4U);
}

TEST_F(RunsTest, TheNewestIsTheOneRecordedLastAlsoAfterAClockSetBack) {
  const std::string late = workspace.begin_run(Trigger::kManual, "");
  fake.now -= std::chrono::hours(1);
  const std::string early = workspace.begin_run(Trigger::kManual, "");
  EXPECT_LT(early, late);
  EXPECT_EQ(workspace.runs(1).at(0).id, early);
}

TEST_F(RunsTest, KnowsTheLastRunInWhichAStageSucceeded) {
  EXPECT_EQ(workspace.last_run_with("ingest"), std::nullopt);
  const std::string first = workspace.begin_run(Trigger::kManual, "config", "load");
  workspace.stage_started(first, "ingest");
  workspace.stage_finished(first, "ingest", {}, {});
  fake.now -= std::chrono::hours(1);
  const std::string second = workspace.begin_run(Trigger::kManual, "config", "other load");
  workspace.stage_finished(second, "ingest", {}, {.state = StageState::kFailed});
  EXPECT_EQ(workspace.last_run_with("ingest").value().id, first);
  EXPECT_EQ(workspace.last_run_with("ingest").value().load_hash, "load");
  workspace.stage_finished(second, "ingest", {}, {});
  EXPECT_EQ(workspace.last_run_with("ingest").value().id, second);
  EXPECT_EQ(workspace.last_run_with("journeys"), std::nullopt);
}

TEST_F(RunsTest, SnapshotsAreRecordedCorrectedAndForgotten) {
  const Day day = day_from_civil(2024, 5, 1);
  const std::string first = workspace.begin_run(Trigger::kManual, "");
  const std::string second = workspace.begin_run(Trigger::kManual, "");
  workspace.add_snapshot(second, day);
  workspace.add_snapshot(first, day - 1);
  workspace.add_snapshot(second, day + 1);
  EXPECT_EQ(Workspace(home).snapshots(),
            (std::vector<SnapshotRecord>{{first, day - 1}, {second, day + 1}}));
  workspace.remove_snapshot(first);
  workspace.remove_snapshot("none");
  EXPECT_EQ(workspace.snapshots(), (std::vector<SnapshotRecord>{{second, day + 1}}));
}

TEST_F(RunsTest, TenInASecondStillSort) {
  for (int i = 0; i < 11; ++i) run = workspace.begin_run(Trigger::kManual, "");
  EXPECT_EQ(run, "20240501T120304-0011");
}

TEST_F(RunsTest, ARunBeginsAndEnds) {
  run = workspace.begin_run(Trigger::kManual, "0123456789abcdef");
  const RunRecord begun = workspace.run(run).value();
  EXPECT_EQ(begun.state, RunState::kRunning);
  EXPECT_EQ(begun.started_at, "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(begun.finished_at, "");
  EXPECT_EQ(begun.config_hash, "0123456789abcdef");

  fake.now += milliseconds(1500);
  workspace.finish_run(run, RunState::kFailed, "E-FILE", "No file matches 'it''s.csv'.");
  const RunRecord ended = Workspace(home).run(run).value();
  EXPECT_EQ(ended.state, RunState::kFailed);
  EXPECT_EQ(ended.finished_at, "2024-05-01T12:03:06.000Z");
  EXPECT_EQ(ended.error_code, "E-FILE");
  EXPECT_EQ(ended.error_text, "No file matches 'it''s.csv'.");
}

TEST_F(RunsTest, OnlyARunningRunEnds) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.finish_run(run, RunState::kSucceeded);
  EXPECT_EQ(code_of([&] { workspace.finish_run(run, RunState::kFailed); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.finish_run("none", RunState::kFailed); }), "E-PARAM");
  EXPECT_EQ(workspace.run(run)->state, RunState::kSucceeded);
  EXPECT_EQ(workspace.run("none"), std::nullopt);
}

TEST_F(RunsTest, NothingIsRecordedOfARunThatIsNot) {
  EXPECT_EQ(code_of([&] { workspace.event("none", Level::kInfo, "", "", ""); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.stage_started("none", "ingest"); }), "E-PARAM");
  EXPECT_EQ(code_of([&] { workspace.add_quality("none", {}); }), "E-PARAM");
}

TEST_F(RunsTest, StagesGoThroughTheirStates) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_pending(run, "ingest");
  workspace.stage_pending(run, "clv");
  EXPECT_EQ(stage(0).state, StageState::kPending);
  EXPECT_EQ(stage(0).attempt, 0);
  EXPECT_EQ(stage(0).started_at, "");

  workspace.stage_started(run, "ingest");
  EXPECT_EQ(stage(0).state, StageState::kRunning);
  EXPECT_EQ(stage(0).attempt, 1);
  fake.now += milliseconds(500);
  workspace.stage_finished(run, "ingest", "", {StageState::kFailed, 10, 3, "E-EMPTY", "No rows."});
  const StageRecord failed = stage(0);
  EXPECT_EQ(failed.state, StageState::kFailed);
  EXPECT_EQ(failed.rows_in, 10);
  EXPECT_EQ(failed.rows_out, 3);
  EXPECT_EQ(failed.started_at, "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(failed.finished_at, "2024-05-01T12:03:05.000Z");
  EXPECT_EQ(failed.error_code, "E-EMPTY");
  EXPECT_EQ(failed.error_text, "No rows.");
  EXPECT_EQ(failed.progress, 0.0);

  workspace.stage_started(run, "ingest");
  EXPECT_EQ(stage(0).attempt, 2);
  EXPECT_EQ(stage(0).finished_at, "");
  EXPECT_EQ(stage(0).error_code, "");
  workspace.stage_finished(run, "ingest", "", {StageState::kOk, 10, 10});
  EXPECT_EQ(stage(0).state, StageState::kOk);
  EXPECT_EQ(stage(0).progress, 1.0);

  workspace.stage_finished(run, "clv", "", {StageState::kSkipped, 0, 0, "", "rfm"});
  EXPECT_EQ(stage(1).state, StageState::kSkipped);
  EXPECT_EQ(stage(1).error_text, "rfm");
  EXPECT_EQ(stage(1).progress, 0.0);
}

TEST_F(RunsTest, AStageIsOneRowADimensionInTheOrderTheyCame) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "rfm", "UK");
  workspace.stage_started(run, "rfm", "main");
  workspace.stage_finished(run, "rfm", "UK", {StageState::kOk, 1, 1});
  workspace.stage_finished(run, "alerts", {}, {StageState::kSkipped});
  ASSERT_EQ(workspace.stages(run).size(), 3U);
  EXPECT_EQ(stage(0).dimension, "UK");
  EXPECT_EQ(stage(1).dimension, "main");
  EXPECT_EQ(stage(1).state, StageState::kRunning);
  EXPECT_EQ(stage(2).stage, "alerts");
}

TEST_F(RunsTest, StagesThatHaveNotEndedAreCancelledWithTheRun) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_pending(run, "publish");
  workspace.stage_started(run, "ingest");
  workspace.stage_finished(run, "quality", "", {StageState::kOk});
  workspace.finish_run(run, RunState::kCancelled);
  EXPECT_EQ(stage(0).state, StageState::kCancelled);
  EXPECT_EQ(stage(1).state, StageState::kCancelled);
  EXPECT_EQ(stage(2).state, StageState::kOk);
}

TEST_F(RunsTest, ProgressIsWrittenFourTimesASecond) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  int written = 0;
  double last = 0;
  for (int i = 1; i <= 1000; ++i) {  // a second
    fake.now += milliseconds(1);
    workspace.stage_progress(run, "ingest", "", share(i / 1000.0));
    if (i % 50 == 0 && progress("ingest") != last) {
      last = progress("ingest");
      ++written;
    }
  }
  EXPECT_EQ(written, 4);
  EXPECT_EQ(last, 1.0);
}

TEST_F(RunsTest, StagesShareOneWriteAndTheLatestValueCounts) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "rfm", "main");
  workspace.stage_started(run, "rfm", "UK");
  workspace.stage_progress(run, "rfm", "main", share(0.1));
  workspace.stage_progress(run, "rfm", "main", share(0.2));
  EXPECT_EQ(progress("rfm", "main"), 0.0);
  fake.now += milliseconds(250);
  workspace.stage_progress(run, "rfm", "UK", share(0.7));
  EXPECT_EQ(progress("rfm", "main"), 0.2);
  EXPECT_EQ(progress("rfm", "UK"), 0.7);
}

TEST_F(RunsTest, AnyOtherLineTakesWaitingProgressAlong) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  workspace.stage_progress(run, "ingest", "", share(0.5));
  EXPECT_EQ(progress("ingest"), 0.0);
  workspace.event(run, Level::kInfo, "ingest", "", "half");
  EXPECT_EQ(progress("ingest"), 0.5);
}

TEST_F(RunsTest, ProgressIsOfRunningStagesAndWithinItsRange) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  const auto after = [&](double fraction) {
    fake.now += milliseconds(250);
    workspace.stage_progress(run, "ingest", "", share(fraction));
    return progress("ingest");
  };
  EXPECT_EQ(after(1.5), 1.0);
  EXPECT_EQ(after(-1), 0.0);
  EXPECT_EQ(after(0.25), 0.25);
  workspace.stage_progress(run, "ingest", "", share(0.5));
  workspace.stage_finished(run, "ingest", "", {StageState::kOk});
  EXPECT_EQ(after(0.25), 1.0);
}

TEST_F(RunsTest, AClockSetBackDoesNotSilenceProgress) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  fake.now -= std::chrono::hours(1);
  workspace.stage_progress(run, "ingest", "", share(0.5));
  EXPECT_EQ(progress("ingest"), 0.5);
}

TEST_F(RunsTest, UnitsGiveAPaceAndATimeToGo) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.stage_started(run, "ingest");
  EXPECT_EQ(pace_of(stage(0), fake.now)->per_second, std::nullopt);
  const auto tell = [&](std::int64_t done, std::int64_t total) {
    workspace.stage_progress(run, "ingest", "", {done, total, "rows"});
    fake.now += milliseconds(1000);
    workspace.event(run, Level::kInfo, "", "", "");
  };
  tell(0, 100);
  tell(10, 100);
  EXPECT_EQ(stage(0).units, (StageUnits{10, 100, "rows"}));
  EXPECT_EQ(stage(0).progress, 0.1);
  Pace pace = pace_of(stage(0), fake.now).value();
  EXPECT_EQ(pace.seconds, 2);
  EXPECT_EQ(pace.per_second, 5);
  EXPECT_EQ(pace.seconds_to_go, 18);
  tell(0, 40);  // the next source
  tell(20, 40);
  pace = pace_of(stage(0), fake.now).value();
  EXPECT_EQ(pace.seconds, 4);
  EXPECT_EQ(pace.per_second, 10);
  EXPECT_EQ(pace.seconds_to_go, 2);
  fake.now += milliseconds(1000);
  workspace.stage_finished(run, "ingest", "", {StageState::kOk});
  fake.now += std::chrono::hours(1);
  pace = pace_of(stage(0), fake.now).value();
  EXPECT_EQ(pace.seconds, 5);
  EXPECT_EQ(pace.seconds_to_go, std::nullopt);
  workspace.stage_pending(run, "quality");
  EXPECT_EQ(pace_of(stage(1), fake.now), std::nullopt);
}

TEST_F(RunsTest, ARunKeepsWhoBeganItAndItsLastSignOfLife) {
  run = workspace.begin_run(Trigger::kApi, "hash", "load",
                            {.requested_by = "ana",
                             .options_json = "{\"full\":true}",
                             .resumed_from = "before",
                             .engine_version = "1"});
  fake.now += milliseconds(1000);
  workspace.heartbeat(run);
  workspace.set_rows(run, "{\"sources\":{}}");
  const RunRecord record = workspace.run(run).value();
  EXPECT_EQ(record.origin.requested_by, "ana");
  EXPECT_EQ(record.origin.options_json, "{\"full\":true}");
  EXPECT_EQ(record.origin.resumed_from, "before");
  EXPECT_EQ(record.origin.engine_version, "1");
  EXPECT_EQ(record.heartbeat_at, utc_text(fake.now));
  EXPECT_EQ(record.rows_json, "{\"sources\":{}}");
  fake.now += milliseconds(5000);
  workspace.mark_interrupted(RunLock::acquire(home));
  EXPECT_EQ(workspace.run(run)->finished_at, record.heartbeat_at);
}

TEST_F(RunsTest, WhoFirstAsksForTheEndIsNamed) {
  run = workspace.begin_run(Trigger::kManual, "");
  EXPECT_EQ(workspace.cancelled_by(run), "");
  EXPECT_TRUE(workspace.ask_to_cancel(run, "ana"));
  EXPECT_TRUE(workspace.ask_to_cancel(run, "ben"));
  EXPECT_EQ(workspace.cancelled_by(run), "ana");
  workspace.finish_run(run, RunState::kCancelled);
  EXPECT_FALSE(workspace.ask_to_cancel(run, "ben"));
  EXPECT_FALSE(workspace.ask_to_cancel("none", "ben"));
}

TEST_F(RunsTest, RunsArePagedFromTheNewest) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(workspace.begin_run(Trigger::kManual, ""));
  const auto page = workspace.runs(2, ids[3]);
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, ids[2]);
  EXPECT_EQ(page[1].id, ids[1]);
  EXPECT_TRUE(workspace.runs(2, ids[0]).empty());
}

TEST_F(RunsTest, EventsAreFilteredByLevelStageAndText) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.event(run, Level::kInfo, "", "", "The run started.");
  workspace.event(run, Level::kWarn, "ingest", "", "Nothing is new.");
  workspace.event(run, Level::kError, "clv", "", "It failed.");
  const auto messages = [&](const EventQuery& query) {
    std::string text;
    for (const EventRecord& event : workspace.events(run, query)) text += event.message + "|";
    return text;
  };
  EXPECT_EQ(messages({.least = Level::kWarn}), "Nothing is new.|It failed.|");
  EXPECT_EQ(messages({.least = Level::kError}), "It failed.|");
  EXPECT_EQ(messages({.stage = "clv"}), "It failed.|");
  EXPECT_EQ(messages({.stage = ""}), "The run started.|");
  EXPECT_EQ(messages({.text = "NOTHING"}), "Nothing is new.|");
  EXPECT_EQ(messages({.limit = 1}), "The run started.|");
}

TEST_F(RunsTest, OneRequestWaitsAndTakesLaterOnesIn) {
  const auto join = [](const std::string& more) {
    return [more](std::string_view waiting) { return std::string(waiting) + "+" + more; };
  };
  EXPECT_EQ(workspace.waiting_request(), std::nullopt);
  const auto first = workspace.ask_for_run(Trigger::kApi, "ana", "a", join("a"));
  const auto second = workspace.ask_for_run(Trigger::kSchedule, "", "b", join("b"));
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.options_json, "a+b");
  EXPECT_EQ(Workspace(home).waiting_request()->options_json, "a+b");
  EXPECT_EQ(workspace.waiting_request()->requested_by, "ana");
  // Whoever begins it must know all that is asked for.
  EXPECT_EQ(code_of([&] {
              workspace.begin_run(Trigger::kApi, "", "",
                                  {.options_json = "a", .request = first.id});
            }),
            "E-CONFLICT");
  EXPECT_TRUE(workspace.runs(1).empty());
  EXPECT_EQ(workspace.run_of_request(first.id), std::nullopt);
  run = workspace.begin_run(Trigger::kApi, "", "", {.options_json = "a+b", .request = first.id});
  EXPECT_EQ(workspace.run_of_request(first.id), run);
  EXPECT_FALSE(workspace.drop_request(first.id));
  EXPECT_EQ(workspace.waiting_request(), std::nullopt);
  const auto next = workspace.ask_for_run(Trigger::kApi, "ana", "a", join("a"));
  EXPECT_NE(next.id, first.id);
  EXPECT_TRUE(workspace.drop_request(next.id));
  EXPECT_EQ(workspace.run_of_request(next.id), "");
}

TEST_F(RunsTest, RequestsThatCannotBeJoinedWaitOneBehindTheOther) {
  const auto alike = [](const std::string& more) {
    return [more](std::string_view waiting) {
      return waiting.front() == more.front() ? std::string(waiting) + more : std::string();
    };
  };
  const auto first = workspace.ask_for_run(Trigger::kApi, "ana", "a", alike("a"));
  const auto second = workspace.ask_for_run(Trigger::kSchedule, "ben", "b", alike("b"));
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(workspace.ask_for_run(Trigger::kApi, "", "b", alike("b")).id, second.id);
  EXPECT_EQ(workspace.ask_for_run(Trigger::kApi, "", "a", alike("a")).id, first.id);
  EXPECT_EQ(workspace.waiting_request()->id, first.id);
  EXPECT_EQ(workspace.waiting_request()->options_json, "aa");
  run = workspace.begin_run(Trigger::kApi, "", "", {.options_json = "aa", .request = first.id});
  EXPECT_EQ(workspace.waiting_request()->id, second.id);
  EXPECT_EQ(workspace.waiting_request()->options_json, "bb");
  EXPECT_EQ(workspace.waiting_request()->requested_by, "ben");
}

TEST_F(RunsTest, EventsAreReadFromWhereOneLeftOff) {
  run = workspace.begin_run(Trigger::kManual, "");
  const std::string other = workspace.begin_run(Trigger::kManual, "");
  workspace.event(run, Level::kInfo, "ingest", "", "sessions: 10 new", {{"rows", "10"}});
  workspace.event(other, Level::kInfo, "", "", "elsewhere");
  fake.now += milliseconds(3);
  workspace.event(run, Level::kWarn, "rfm", "UK", "few customers");

  const std::vector<EventRecord> all = workspace.events(run);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].time, "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(all[0].level, Level::kInfo);
  EXPECT_EQ(all[0].message, "sessions: 10 new");
  EXPECT_EQ(all[0].fields, (Fields{{"rows", "10"}}));
  const std::vector<EventRecord> rest = workspace.events(run, all[0].id);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].stage, "rfm");
  EXPECT_EQ(rest[0].dimension, "UK");
  EXPECT_EQ(rest[0].level, Level::kWarn);
  EXPECT_TRUE(workspace.events(run, rest[0].id).empty());
}

TEST_F(RunsTest, TextIsDataAndABadByteLosesNoLine) {
  run = workspace.begin_run(Trigger::kManual, "");
  const std::string text = "'; DROP TABLE runs; --\n\xf0\x9f\x9b\x92 \"?\"";
  workspace.event(run, Level::kError, text, text, text, {{text, text}, {"bad", "caf\xe9"}});
  workspace.stage_started(run, text, text);
  const EventRecord event = workspace.events(run).at(0);
  EXPECT_EQ(event.stage, text);
  EXPECT_EQ(event.dimension, text);
  EXPECT_EQ(event.message, text);
  EXPECT_EQ(event.fields, (Fields{{text, text}, {"bad", "caf\xef\xbf\xbd"}}));
  EXPECT_EQ(stage(0).dimension, text);
}

TEST_F(RunsTest, QualityKeepsOneRowARule) {
  run = workspace.begin_run(Trigger::kManual, "");
  workspace.add_quality(run, {"sessions", "duplicate_order_id", Level::kWarn, 3, "[\"it's\"]"});
  workspace.add_quality(run, {"products", "orphan", Level::kInfo, 1, "[]"});
  workspace.add_quality(run, {"sessions", "duplicate_order_id", Level::kError, 4, "[1]"});
  const std::vector<QualityRecord> records = workspace.quality(run);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].source, "sessions");
  EXPECT_EQ(records[0].rule, "duplicate_order_id");
  EXPECT_EQ(records[0].severity, Level::kError);
  EXPECT_EQ(records[0].count, 4);
  EXPECT_EQ(records[0].sample_json, "[1]");
  EXPECT_EQ(records[1].source, "products");
}

TEST_F(RunsTest, ThreadsShareOneWorkspace) {
  constexpr int kThreads = 4;
  run = workspace.begin_run(Trigger::kManual, "");
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      const std::string stage = std::to_string(i);
      workspace.stage_started(run, stage);
      for (int n = 0; n < 50; ++n) {
        workspace.stage_progress(run, stage, "", share(n / 50.0));
        if (n % 10 == 0) workspace.event(run, Level::kInfo, stage, "", "");
      }
      workspace.stage_finished(run, stage, "", {StageState::kOk});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(workspace.events(run).size(), 5U * kThreads);
  for (const StageRecord& record : workspace.stages(run)) {
    EXPECT_EQ(record.state, StageState::kOk);
    EXPECT_EQ(record.progress, 1.0);
  }
}

TEST_F(RunsTest, AReaderDoesNotWaitForAWriter) {
  run = workspace.begin_run(Trigger::kManual, "");
  SQLite::Database writer(home.workspace_file().string(), SQLite::OPEN_READWRITE);
  SQLite::Transaction writing(writer, SQLite::TransactionBehavior::IMMEDIATE);
  writer.exec("DELETE FROM runs");
  EXPECT_EQ(workspace.runs(10).size(), 1U);
}

/// Without an open Workspace that a fork would carry over.
class RunProcessesTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  Home home = Home::open(folder.path());
  FakeClock fake;
};

TEST_F(RunProcessesTest, RunsWhoseProcessDiedAreInterruptedAtTheirLastSignOfLife) {
  Child killed([&](const Child::Ready& ready) {
    RunLock lock = RunLock::acquire(home);
    Workspace own(home, fake.clock());
    const std::string id = own.begin_run(Trigger::kManual, "");
    lock.name_run(id);
    own.stage_pending(id, "publish");
    own.stage_finished(id, "ingest", "", {StageState::kOk});
    own.stage_started(id, "clv");
    fake.now += std::chrono::seconds(10);
    own.event(id, Level::kInfo, "clv", "", "still here");
    ready();
    ::pause();
    return 0;
  });
  ASSERT_TRUE(killed.wait_ready());
  killed.kill();
  Workspace workspace(home, fake.clock());
  const std::string run = workspace.runs(1).at(0).id;
  EXPECT_EQ(workspace.run(run)->state, RunState::kRunning);

  fake.now += std::chrono::hours(60);
  RunLock lock = RunLock::acquire(home);
  const std::string alive = workspace.begin_run(Trigger::kManual, "");
  lock.name_run(alive);
  EXPECT_EQ(workspace.mark_interrupted(lock), std::vector<std::string>{run});
  EXPECT_TRUE(workspace.mark_interrupted(lock).empty());

  const RunRecord record = workspace.run(run).value();
  EXPECT_EQ(record.state, RunState::kInterrupted);
  EXPECT_EQ(record.finished_at, "2024-05-01T12:03:14.500Z");
  EXPECT_EQ(record.error_code, "E-INTERRUPTED");
  const std::vector<StageRecord> stages = workspace.stages(run);
  ASSERT_EQ(stages.size(), 3U);
  EXPECT_EQ(stages[0].state, StageState::kPending);
  EXPECT_EQ(stages[1].state, StageState::kOk);
  EXPECT_EQ(stages[2].state, StageState::kFailed);
  EXPECT_EQ(stages[2].error_code, "E-INTERRUPTED");
  EXPECT_EQ(workspace.run(alive)->state, RunState::kRunning);
}

TEST_F(RunProcessesTest, ProcessesWriteAtOnce) {
  constexpr int kProcesses = 3;
  constexpr int kEvents = 100;
  const std::string run = Workspace(home).begin_run(Trigger::kManual, "");
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(std::make_unique<Child>([&, i](const Child::Ready&) {
      Workspace own(home);
      const std::string stage = std::to_string(i);
      own.begin_run(Trigger::kApi, "");
      own.stage_started(run, stage);
      for (int n = 0; n < kEvents; ++n) own.event(run, Level::kInfo, stage, "", std::to_string(n));
      own.stage_finished(run, stage, "", {StageState::kOk, kEvents, kEvents});
      return 0;
    }));
  }
  Workspace workspace(home);
  while (workspace.events(run).size() < 10) workspace.event(run, Level::kDebug, "parent", "", "");
  for (const auto& child : children) EXPECT_EQ(child->join(), 0);
  std::vector<int> next(kProcesses, 0);
  for (const EventRecord& event : workspace.events(run)) {
    if (event.stage == "parent") continue;
    const auto writer = static_cast<std::size_t>(std::stoi(event.stage));
    EXPECT_EQ(event.message, std::to_string(next[writer]++));
  }
  EXPECT_EQ(next, std::vector<int>(kProcesses, kEvents));
  EXPECT_EQ(workspace.runs(100).size(), 1U + kProcesses);
}

TEST(RunRecord, AreTheProductsWordsBothWays) {
  EXPECT_EQ(name_of(Trigger::kSchedule), "schedule");
  EXPECT_EQ(name_of(RunState::kInterrupted), "interrupted");
  EXPECT_EQ(name_of(StageState::kCancelled), "cancelled");
  EXPECT_EQ(name_of(Level::kError), "error");
  for (const char* word :
       {"queued", "running", "succeeded", "partial", "failed", "cancelled", "interrupted"}) {
    ASSERT_TRUE(run_state_of(word).has_value()) << word;
    EXPECT_EQ(name_of(*run_state_of(word)), word);
  }
  for (const char* word : {"pending", "running", "ok", "skipped", "failed", "cancelled"}) {
    ASSERT_TRUE(stage_state_of(word).has_value()) << word;
    EXPECT_EQ(name_of(*stage_state_of(word)), word);
  }
  EXPECT_EQ(trigger_of("api"), Trigger::kApi);
  EXPECT_EQ(level_of("warn"), Level::kWarn);
  EXPECT_EQ(level_of("WARN"), std::nullopt);
  EXPECT_EQ(run_state_of(""), std::nullopt);
}

}  // namespace
}  // namespace ca::workspace
