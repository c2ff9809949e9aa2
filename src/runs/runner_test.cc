#include "runs/runner.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "base/writers.h"
#include "ingest/test_support.h"
#include "reports/snapshot.h"
#include "runs/history.h"
#include "runs/run_options.h"
#include "workspace/run_lock.h"

namespace ca::runs {
namespace {

using namespace ingest::testing;
using workspace::RunState;
using workspace::StageState;
namespace fs = std::filesystem;

// ---- parse_moment -----------------------------------------------------------------------------

std::string moment(const char* text) {
  return Zone::utc().format(parse_moment(text, Zone::find("Europe/London")));
}

TEST(ParseMoment, ADateIsTheEndOfItsDay) {
  EXPECT_EQ(moment("2024-01-15"), "2024-01-15T23:59:59.999999");
  EXPECT_EQ(moment("2024-07-15"), "2024-07-15T22:59:59.999999");
  EXPECT_EQ(moment("2024-03-31"), "2024-03-31T22:59:59.999999");  // a day of 23 hours
  EXPECT_EQ(moment("2024-10-27"), "2024-10-27T23:59:59.999999");  // a day of 25 hours
  EXPECT_EQ(moment(" 2024-02-29 "), "2024-02-29T23:59:59.999999");
}

TEST(ParseMoment, ATimeIsReadInTheZoneUnlessItSaysWhere) {
  EXPECT_EQ(moment("2024-07-15 08:30"), "2024-07-15T07:30:00");
  EXPECT_EQ(moment("2024-07-15T08:30:01.5"), "2024-07-15T07:30:01.500000");
  EXPECT_EQ(moment("2024-07-15T08:30Z"), "2024-07-15T08:30:00");
  EXPECT_EQ(moment("2024-07-15 08:30+05:30"), "2024-07-15T03:00:00");
  EXPECT_EQ(moment("2024-07-15 00:00"), "2024-07-14T23:00:00");  // not the end of the day
  EXPECT_EQ(moment("1721032200"), "2024-07-15T08:30:00");
  EXPECT_EQ(moment("2024-03-31 01:30"), "2024-03-31T01:30:00");  // skipped: moved forward
  EXPECT_EQ(moment("2024-10-27 01:30"), "2024-10-27T00:30:00");  // twice: the first
}

TEST(ParseMoment, AnythingElseIsAnError) {
  for (const char* text : {"", "-", "now", "yesterday", "2024-02-30", "2024-13-01", "15/07/2024",
                           "2024-07", "2024-07-15 25:00", "1900-01-01", "2024-07-15 08:30 CET"}) {
    EXPECT_EQ(code_of([&] { parse_moment(text, Zone::utc()); }), "E-PARAM") << text;
  }
}

TEST(StageNames, AreInTheirOrder) {
  EXPECT_EQ(stage_names(), (std::vector<std::string>{"ingest", "quality", "journeys", "exploratory",
                                                     "segments", "clv", "tests", "anomalies",
                                                     "deliveries", "publish", "export"}));
}

// ---- run --------------------------------------------------------------------------------------

RunOptions only(std::set<std::string> stages) {
  RunOptions options;
  options.only = std::move(stages);
  return options;
}
RunOptions skip(std::set<std::string> stages) {
  RunOptions options;
  options.skip = std::move(stages);
  return options;
}
RunOptions as_of(const std::string& moment) {
  RunOptions options;
  options.as_of = moment;
  return options;
}
RunOptions with(std::size_t threads, std::size_t partitions) {
  RunOptions options;
  options.threads = threads;
  options.partitions = partitions;
  return options;
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Calls back at the beginning of each stage of progress.
class WatchingProgress : public Progress {
 public:
  explicit WatchingProgress(std::function<void(std::string_view)> on_stage)
      : on_stage_(std::move(on_stage)) {}
  void stage(std::string_view name, std::uint64_t, std::string_view) override { on_stage_(name); }
  void advance(std::uint64_t) override {}
  void finish() override {}

 private:
  std::function<void(std::string_view)> on_stage_;
};

class RunnerTest : public ::testing::Test {
 protected:
  RunnerTest() {
    write_sessions(
        "o1,c1,2024-01-01 10:00,10,1\no2,c1,2024-01-02 10:00,20,1\n"
        "o3,c2,2024-01-03 10:00,,0\no4,,2024-01-03 10:00,5,1\n");
    workspace::Configuration configuration;
    workspace::SourceRecord sessions;
    sessions.kind = "sessions";
    sessions.type = "csv";
    sessions.path = sessions_file;
    for (const char* field :
         {"order_id", "client", "session_start_date", "payment_amount", "has_purchased"}) {
      sessions.columns[field] = field;
    }
    configuration.sources = {sessions};
    configuration.settings["anomaly.networks"] = "false";  // which take long
    workspace.save(configuration);
  }
  void write_sessions(const std::string& rows) {
    write(sessions_file,
          "order_id,client,session_start_date,payment_amount,has_purchased\n" + rows);
  }

  RunOutcome run(const RunOptions& options = {}) { return run(options, no_progress()); }
  RunOutcome run(const RunOptions& options, Progress& progress) {
    return runs::run(home, workspace, options, progress, cancellation);
  }
  std::string run_code(const RunOptions& options = {}) {
    return code_of([&] { run(options); });
  }

  /// "ingest ok, quality skipped ..."
  static std::string stages(const RunOutcome& outcome) {
    std::string text;
    for (const StageOutcome& stage : outcome.stages) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", stage.stage, name_of(stage.state));
    }
    return text;
  }
  workspace::Current current() const {
    return workspace::read_current(home).value_or(workspace::Current{});
  }
  reports::Manifest manifest() const {
    return reports::read_manifest(home.snapshots_folder() / current().snapshot);
  }
  /// Whether the report names the run, so that no two are the same.
  static bool is_of_the_run(const std::string& report) {
    return reports::family_of(report).kind == reports::FamilyKind::kSystem;
  }
  std::string report(const std::string& name) const {
    reports::Snapshot snapshot(home.snapshots_folder() / current().snapshot);
    return to_csv(snapshot.report(name, "main"), Zone::utc());
  }
  static std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  TemporaryFolder folder;
  fs::path sessions_file = folder.path() / "sessions.csv";
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  Cancellation cancellation;
};

TEST_F(RunnerTest, LoadsComputesAndPublishes) {
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_TRUE(outcome.is_published);
  EXPECT_EQ(stages(outcome),
            "ingest ok, quality ok, journeys ok, exploratory ok, segments ok, clv ok, tests ok, "
            "anomalies ok, deliveries ok, "
            "publish ok, "
            "export skipped");
  EXPECT_EQ(outcome.stages[0].rows, 3);
  EXPECT_EQ(outcome.stages[2].rows, 3);
  EXPECT_EQ(current(), (workspace::Current{outcome.run, outcome.run}));
  EXPECT_EQ(manifest().run, outcome.run);
  EXPECT_EQ(manifest().as_of, parse_moment("2024-01-03 10:00", Zone::utc()).micros);
  EXPECT_EQ(report("daily_orders"),
            "daily,orders,is_partial\n2024-01-01,1,false\n2024-01-02,1,false\n2024-01-03,0,true\n");
  EXPECT_TRUE(fs::is_empty(home.scratch_folder()));
}

TEST_F(RunnerTest, LeavesARecordOfWhatHappened) {
  RunOptions options;
  options.trigger = workspace::Trigger::kSchedule;
  const RunOutcome outcome = run(options);
  const workspace::RunRecord record = workspace.run(outcome.run).value();
  EXPECT_EQ(record.state, RunState::kSucceeded);
  EXPECT_EQ(record.trigger, workspace::Trigger::kSchedule);
  EXPECT_EQ(record.error_code, "");
  std::string recorded;
  for (const workspace::StageRecord& stage : workspace.stages(outcome.run)) {
    recorded += fmt::format("{} {} {}\n", stage.stage, name_of(stage.state), stage.attempt);
  }
  EXPECT_EQ(recorded,
            "ingest ok 1\nquality ok 1\njourneys ok 1\nexploratory ok 1\nsegments ok 1\nclv ok "
            "1\ntests ok 1\nanomalies ok 1\ndeliveries ok 1\npublish ok 1\n"
            "export skipped 0\n");
  ASSERT_EQ(workspace.quality(outcome.run).size(), 1U);
  EXPECT_EQ(workspace.quality(outcome.run)[0].rule, "client_missing");
  EXPECT_EQ(workspace.quality(outcome.run)[0].sample_json, "[\"o4\"]");
  EXPECT_EQ(report("data_quality"), "run,source,rule,severity,count,sample\n" + outcome.run +
                                        ",sessions,client_missing,error,1,\"[\"\"o4\"\"]\"\n");
  const auto source = workspace.configuration().sources.at(0);
  EXPECT_EQ(source.status, "ok");
  EXPECT_EQ(source.rows, 3);
  const auto events = workspace.events(outcome.run);
  EXPECT_TRUE(std::ranges::any_of(events, [](const workspace::EventRecord& event) {
    return event.message == "sessions: 3 accepted, 1 rejected.";
  }));
}

TEST_F(RunnerTest, TheRunLogIsAReport) {
  RunOptions options;
  // Half past six in the morning of Berlin.
  workspace::Workspace at_six(
      home, [] { return workspace::TimePoint(std::chrono::milliseconds(1'714'537'800'250)); });
  const RunOutcome outcome = runs::run(home, at_six, options, no_progress(), cancellation);
  EXPECT_EQ(manifest().rows.at("run_log"), 17);
  const Table log =
      reports::Snapshot(home.snapshots_folder() / outcome.run).report("run_log", "main");
  const std::string csv = to_csv(log, Zone::find("Europe/Berlin"));
  const std::string begin = outcome.run + ",2024-05-01T06:30:00.250000,info,";
  EXPECT_TRUE(csv.starts_with("run,time,level,stage,dimension,message\n" + begin +
                              ",,The run started.\n" + begin +
                              "ingest,,Full load: nothing has been loaded yet.\n" + begin +
                              "ingest,,\"sessions: 3 accepted, 1 rejected.\"\n" + begin +
                              "ingest,,\"ingest finished (3 rows, "))
      << csv;
  EXPECT_NE(csv.find(begin + "journeys,,All journeys are built: there are none yet.\n"),
            std::string::npos)
      << csv;
  EXPECT_NE(csv.find("\n" + begin + "exploratory,,\"exploratory finished ("), std::string::npos)
      << csv;
}

TEST_F(RunnerTest, TheSameShopGivesTheSameReports) {
  const RunOutcome first = run();
  std::map<std::string, std::string> texts;
  for (const auto& [name, rows] : manifest().rows) texts[name] = report(name);
  EXPECT_GT(texts.size(), 10U);
  const RunOutcome second = run();
  EXPECT_NE(first.run, second.run);
  for (const auto& [name, text] : texts) {
    if (is_of_the_run(name)) continue;
    EXPECT_EQ(report(name), text) << name;
  }
  EXPECT_EQ(names_in(home.journeys_folder()), std::vector<std::string>{second.run});
  EXPECT_EQ(names_in(home.snapshots_folder()), (std::vector<std::string>{first.run, second.run}));
}

TEST_F(RunnerTest, AsOfCutsTheData) {
  run(as_of("2024-01-02"));
  EXPECT_EQ(report("daily_orders"),
            "daily,orders,is_partial\n2024-01-01,1,false\n2024-01-02,1,false\n");
  run(as_of("2024-01-02 09:59"));
  EXPECT_EQ(report("daily_orders"),
            "daily,orders,is_partial\n2024-01-01,1,false\n2024-01-02,0,true\n");
}

TEST_F(RunnerTest, AsOfBeforeTheFirstSessionFailsAndPublishesNothing) {
  const RunOutcome good = run();
  const RunOutcome outcome = run(as_of("2023-12-31"));
  EXPECT_EQ(outcome.state, RunState::kFailed);
  const workspace::RunRecord record = *workspace.run(outcome.run);
  EXPECT_EQ(record.error_code, "E-EMPTY");
  EXPECT_NE(record.error_text.find("2023-12-31"), std::string::npos) << record.error_text;
  EXPECT_EQ(current().snapshot, good.run);
}

TEST_F(RunnerTest, AMomentThatIsNoneStartsNothing) {
  EXPECT_EQ(run_code(as_of("soon")), "E-PARAM");
  EXPECT_TRUE(workspace.runs(10).empty());
}

// ---- stages -----------------------------------------------------------------------------------

TEST_F(RunnerTest, OnlySomeStages) {
  const RunOutcome outcome = run(only({"quality", "ingest"}));
  EXPECT_EQ(stages(outcome), "ingest ok, quality ok");
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_FALSE(outcome.is_published);
  EXPECT_EQ(current(), workspace::Current{});
}

TEST_F(RunnerTest, AllButSomeStages) {
  const RunOutcome outcome = run(skip({"quality", "publish"}));
  EXPECT_EQ(stages(outcome),
            "ingest ok, journeys ok, exploratory ok, segments ok, clv ok, tests ok, anomalies ok, "
            "deliveries ok, "
            "export skipped");
  EXPECT_FALSE(outcome.is_published);
  EXPECT_EQ(current(), workspace::Current{});
}

TEST_F(RunnerTest, SkipWinsOverOnly) {
  RunOptions options = only({"ingest", "quality"});
  options.skip = {"quality"};
  EXPECT_EQ(stages(run(options)), "ingest ok");
}

TEST_F(RunnerTest, WhatDidNotRunIsToldByTheSnapshot) {
  run(skip({"quality"}));
  EXPECT_EQ(manifest().skipped, (std::map<std::string, std::string>{{"data_quality", "quality"}}));
  EXPECT_FALSE(manifest().rows.contains("data_quality"));
}

TEST_F(RunnerTest, ReportsCanBeComputedAgainFromTheJourneysInForce) {
  const RunOutcome first = run();
  const std::string before = report("daily_orders");
  fs::remove(sessions_file);
  const RunOutcome second = run(only({"exploratory", "publish"}));
  EXPECT_EQ(stages(second), "exploratory ok, publish ok");
  EXPECT_EQ(current(), (workspace::Current{first.run, second.run}));
  EXPECT_EQ(report("daily_orders"), before);
}

TEST_F(RunnerTest, WhatWasMadeWithOtherSourcesIsNotGoneOnFrom) {
  const RunOutcome first = run();
  workspace::Configuration configuration = workspace.configuration();
  configuration.settings["workspace.currency"] = "GBP";  // of no consequence to the data
  workspace.save(configuration);
  EXPECT_EQ(run(skip({"ingest"})).state, RunState::kSucceeded);

  configuration.sources[0].actions = {"seen"};
  write(sessions_file,
        "order_id,client,session_start_date,payment_amount,has_purchased,seen\n"
        "o1,c1,2024-01-01,10,1,1\n");
  workspace.save(configuration);
  const std::size_t runs_before = workspace.runs(100).size();
  const auto without_load = error_of([&] { run(skip({"ingest"})); });
  ASSERT_TRUE(without_load);
  EXPECT_EQ(without_load->code(), "E-PARAM");
  EXPECT_EQ(without_load->message(),
            "The store was loaded by run " + first.run +
                " with another configuration of the sources than the one that is connected now.");
  EXPECT_EQ(without_load->hint(), "Run again with ingest, or without --only and --skip.");
  EXPECT_EQ(run_code(only({"quality"})), "E-PARAM");
  const auto without_journeys = error_of([&] { run(only({"ingest", "exploratory"})); });
  ASSERT_TRUE(without_journeys);
  EXPECT_EQ(without_journeys->hint(),
            "Run again with ingest,journeys, or without --only and --skip.");
  EXPECT_EQ(workspace.runs(100).size(), runs_before);  // nothing was started

  EXPECT_EQ(run(only({"ingest"})).state, RunState::kSucceeded);
  EXPECT_EQ(run(skip({"ingest"})).state, RunState::kSucceeded);
  EXPECT_NE(report("daily_funnel").find("seen"), std::string::npos);
}

TEST_F(RunnerTest, UnknownStagesAreRefusedWithTheNearest) {
  const auto slip = error_of([&] { run(only({"ingests"})); });
  ASSERT_TRUE(slip);
  EXPECT_EQ(slip->code(), "E-PARAM");
  EXPECT_EQ(slip->hint(), "Did you mean ingest?");
  const auto other = error_of([&] { run(skip({"everything"})); });
  ASSERT_TRUE(other);
  EXPECT_EQ(other->code(), "E-PARAM");
  EXPECT_EQ(other->hint(),
            "Stages are ingest, quality, journeys, exploratory, segments, clv, tests, "
            "anomalies, deliveries, "
            "publish, export.");
  EXPECT_TRUE(workspace.runs(10).empty());
}

TEST_F(RunnerTest, PublishingNothingFails) {
  const RunOutcome outcome = run(only({"publish"}));
  EXPECT_EQ(outcome.state, RunState::kFailed);
  EXPECT_EQ(outcome.stages.at(0).error_code, "E-STAGE");
  EXPECT_EQ(run(only({"exploratory"})).stages.at(0).error_code, "E-JOURNEYS");
}

TEST_F(RunnerTest, JourneysOfAStoreThatWasNeverLoadedAreNotPublished) {
  const RunOutcome outcome = run(only({"journeys", "exploratory", "publish"}));
  EXPECT_EQ(outcome.state, RunState::kFailed);
  EXPECT_FALSE(outcome.is_published);
  EXPECT_EQ(outcome.stages.at(0).error_code, "E-EMPTY");
}

// ---- export -----------------------------------------------------------------------------------

class ExportStageTest : public RunnerTest {
 protected:
  ExportStageTest() { set_path(target); }
  void set_path(const fs::path& path) {
    workspace::Configuration configuration = workspace.configuration();
    configuration.settings["storage.temporary_path"] = path.string();
    workspace.save(configuration);
  }
  std::string file(const std::string& name) const {
    return read_text(target / "build_in_reports" / name);
  }

  fs::path target = folder.path() / "exported";
};

TEST_F(ExportStageTest, WritesTheTreeAfterPublishing) {
  RunOptions options;
  options.clock = [] { return workspace::TimePoint(std::chrono::seconds(1'714'564'984)); };
  const RunOutcome outcome = run(options);
  EXPECT_EQ(outcome.stages.back().stage, "export");
  EXPECT_EQ(outcome.stages.back().state, StageState::kOk);
  EXPECT_EQ(outcome.stages.back().rows, static_cast<std::int64_t>(manifest().rows.size()));
  EXPECT_EQ(file("main/daily_orders.csv"), report("daily_orders"));
  EXPECT_EQ(file("main/2024-05-01/daily_orders.csv"), report("daily_orders"));
  EXPECT_EQ(file("main/run_log.csv"), report("run_log"));
  EXPECT_EQ(file("dimensions.json"), "{\n \"main\": null\n}\n");
}

TEST_F(ExportStageTest, WithoutAPathItHasNothingToDo) {
  set_path({});
  const StageOutcome stage = run().stages.back();
  EXPECT_EQ(stage.state, StageState::kSkipped);
  EXPECT_TRUE(stage.is_idle);
  EXPECT_EQ(stage.error_text, "no [storage] temporary_path is configured");
  EXPECT_TRUE(run().warnings.empty());
  const RunOutcome asked = run(only({"export"}));
  EXPECT_EQ(asked.state, RunState::kSucceeded);
  EXPECT_EQ(asked.warnings,
            std::vector<std::string>{"export skipped: no [storage] temporary_path is configured."});
}

TEST_F(ExportStageTest, AloneItExportsWhatIsInForce) {
  run(skip({"export"}));
  EXPECT_FALSE(fs::exists(target));
  EXPECT_EQ(stages(run(only({"export"}))), "export ok");
  EXPECT_EQ(file("main/daily_orders.csv"), report("daily_orders"));
}

TEST_F(ExportStageTest, ItFailsAlone) {
  write(target, "a file where a folder should be");
  const RunOutcome outcome = run();
  EXPECT_TRUE(outcome.is_published);
  EXPECT_EQ(outcome.state, RunState::kPartial);
  EXPECT_EQ(outcome.stages.back().state, StageState::kFailed);
  EXPECT_EQ(outcome.stages.back().error_code, "E-FILE");
  EXPECT_EQ(current().snapshot, outcome.run);
}

TEST_F(ExportStageTest, CancellingItLeavesThePublishedResults) {
  Cancellation cancelled;
  WatchingProgress progress([&](std::string_view name) {
    if (name == "export") cancelled.cancel();
  });
  const RunOutcome outcome = runs::run(home, workspace, {}, progress, cancelled);
  EXPECT_TRUE(outcome.is_published);
  EXPECT_EQ(outcome.state, RunState::kPartial);
  EXPECT_EQ(outcome.stages.back().state, StageState::kCancelled);
  EXPECT_EQ(current().snapshot, outcome.run);
  EXPECT_GT(report("daily_orders").size(), 50U);
}

TEST_F(RunnerTest, ADamagedSnapshotIsReplacedByTheNextRun) {
  const RunOutcome first = run();
  write(home.snapshots_folder() / first.run / "manifest.json", "{");
  EXPECT_EQ(code_of([&] { manifest(); }), "E-SNAPSHOT");
  const RunOutcome second = run();
  EXPECT_EQ(second.state, RunState::kSucceeded);
  EXPECT_EQ(manifest().run, second.run);
  EXPECT_EQ(names_in(home.snapshots_folder()), (std::vector<std::string>{first.run, second.run}));
}

// ---- failure ----------------------------------------------------------------------------------

TEST_F(RunnerTest, AFailedStageSkipsWhatNeedsItAndChangesNothing) {
  const RunOutcome good = run();
  const std::string before = report("daily_orders");
  fs::remove(sessions_file);
  const RunOutcome outcome = run();
  EXPECT_EQ(stages(outcome),
            "ingest failed, quality skipped, journeys skipped, exploratory skipped, "
            "segments skipped, clv skipped, tests skipped, anomalies skipped, "
            "deliveries skipped, publish skipped, "
            "export skipped");
  EXPECT_EQ(outcome.state, RunState::kFailed);
  EXPECT_FALSE(outcome.is_published);
  EXPECT_EQ(outcome.stages[0].error_code, "E-FILE");
  EXPECT_EQ(outcome.stages[1].error_text, "ingest did not succeed");
  EXPECT_EQ(current(), (workspace::Current{good.run, good.run}));
  EXPECT_EQ(report("daily_orders"), before);
  const workspace::RunRecord record = workspace.run(outcome.run).value();
  EXPECT_EQ(record.state, RunState::kFailed);
  EXPECT_EQ(record.error_code, "E-FILE");
}

TEST_F(RunnerTest, NoSessionFailsTheRun) {
  write_sessions(",c1,2024-01-01,1,1\n");
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kFailed);
  EXPECT_EQ(outcome.stages[0].error_code, "E-EMPTY");
  EXPECT_EQ(current(), workspace::Current{});
}

TEST_F(RunnerTest, ADamagedStoreIsToldAsSuch) {
  write(home.store_file(), std::string(10'000, 'x'));
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kFailed);
  EXPECT_EQ(outcome.stages[0].error_code, "E-STORE");
}

TEST_F(RunnerTest, DamagedJourneysFailTheReportsOnly) {
  const RunOutcome good = run();
  fs::remove(home.journeys_folder() / good.run / "partition-0000.journeys");
  const RunOutcome outcome = run(skip({"journeys"}));
  EXPECT_EQ(stages(outcome),
            "ingest ok, quality ok, exploratory failed, segments failed, clv failed, tests failed, "
            "anomalies failed, deliveries failed, "
            "publish skipped, "
            "export skipped");
  EXPECT_EQ(outcome.stages[2].error_code, "E-JOURNEYS");
  EXPECT_EQ(run().state, RunState::kSucceeded);
}

TEST_F(RunnerTest, OneRunAtATime) {
  const workspace::RunLock lock = workspace::RunLock::acquire(home);
  EXPECT_EQ(run_code(), "E-BUSY");
  EXPECT_TRUE(workspace.runs(10).empty());
}

TEST_F(RunnerTest, NeedsAConnection) {
  workspace.save({});
  EXPECT_EQ(run_code(), "E-NOT-CONNECTED");
  EXPECT_TRUE(workspace.runs(10).empty());
}

// ---- cancellation and what others left --------------------------------------------------------

TEST_F(RunnerTest, ACancelledRunPublishesNothing) {
  const RunOutcome good = run();
  cancellation.cancel();
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kCancelled);
  EXPECT_EQ(stages(outcome),
            "ingest cancelled, quality cancelled, journeys cancelled, "
            "exploratory cancelled, segments cancelled, clv cancelled, tests cancelled, "
            "anomalies cancelled, deliveries cancelled, publish "
            "cancelled, export "
            "cancelled");
  EXPECT_EQ(workspace.run(outcome.run).value().state, RunState::kCancelled);
  EXPECT_EQ(current().snapshot, good.run);
}

TEST_F(RunnerTest, CanBeCancelledWhileItWorks) {
  const RunOutcome good = run();
  const std::map<std::string, std::string> expected = {{"ingest sessions", "ingest"},
                                                       {"journeys", "journeys"},
                                                       {"exploratory", "exploratory"},
                                                       {"segments", "segments"}};
  for (const auto& [when, stage] : expected) {
    Cancellation cancelled;
    WatchingProgress progress([&](std::string_view name) {
      if (name == when) cancelled.cancel();
    });
    RunOptions everything;
    everything.full = true;
    const RunOutcome outcome = runs::run(home, workspace, everything, progress, cancelled);
    EXPECT_EQ(outcome.state, RunState::kCancelled) << when;
    EXPECT_FALSE(outcome.is_published);
    EXPECT_EQ(outcome.stages.back().state, StageState::kCancelled);
    const auto first =
        std::ranges::find(outcome.stages, StageState::kCancelled, &StageOutcome::state);
    EXPECT_EQ(first->stage, stage);
    EXPECT_EQ(current(), (workspace::Current{good.run, good.run}));
    // It leaves nothing to the next one but journeys, from which that may go on.
    const bool is_built = stage == "exploratory" || stage == "segments";
    EXPECT_EQ(names_in(home.journeys_folder()),
              is_built ? (std::vector<std::string>{good.run, outcome.run})
                       : std::vector<std::string>{good.run})
        << when;
    EXPECT_EQ(names_in(home.snapshots_folder()), std::vector<std::string>{good.run}) << when;
    EXPECT_TRUE(fs::is_empty(home.scratch_folder())) << when;
  }
  const RunOutcome last = run();
  EXPECT_EQ(last.state, RunState::kSucceeded);
  EXPECT_EQ(names_in(home.journeys_folder()), std::vector<std::string>{last.run});
  EXPECT_EQ(names_in(home.snapshots_folder()), (std::vector<std::string>{good.run, last.run}));
  EXPECT_TRUE(fs::is_empty(home.scratch_folder()));
}

TEST_F(RunnerTest, WhatIsNotPublishedDoesNotStay) {
  const RunOutcome good = run();
  write(home.scratch_folder() / "left", "x");
  EXPECT_EQ(run(skip({"publish"})).state, RunState::kSucceeded);
  fs::remove(home.journeys_folder() / good.run / "partition-0000.journeys");
  EXPECT_EQ(run(skip({"journeys"})).state, RunState::kFailed);
  EXPECT_EQ(names_in(home.journeys_folder()), std::vector<std::string>{good.run});
  EXPECT_EQ(names_in(home.snapshots_folder()), std::vector<std::string>{good.run});
  EXPECT_TRUE(fs::is_empty(home.scratch_folder()));
}

TEST_F(RunnerTest, TidiesUpAfterAKilledRun) {
  const std::string killed = workspace.begin_run(workspace::Trigger::kManual, "hash");
  write(home.scratch_folder() / "spill/sessions-0.spill", "x");
  write(home.journeys_folder() / killed / "partition-0000.journeys.part", "x");
  write(home.snapshots_folder() / killed / "kpis.parquet", "x");
  write(home.snapshots_folder() / killed / "manifest.json", "{}");  // killed just before publishing
  // Before anything else, so that there is room again.
  EXPECT_EQ(run(only({"quality"})).state, RunState::kSucceeded);
  EXPECT_TRUE(fs::is_empty(home.journeys_folder()));
  EXPECT_TRUE(fs::is_empty(home.snapshots_folder()));

  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_EQ(workspace.run(killed).value().state, RunState::kInterrupted);
  EXPECT_TRUE(fs::is_empty(home.scratch_folder()));
  EXPECT_EQ(names_in(home.journeys_folder()), std::vector<std::string>{outcome.run});
  EXPECT_EQ(names_in(home.snapshots_folder()), std::vector<std::string>{outcome.run});
}

// ---- going on with an unfinished run ----------------------------------------------------------

class ResumeTest : public RunnerTest {
 protected:
  /// A run that is cancelled when that stage begins to work.
  RunOutcome cancelled_at(std::string_view stage, const RunOptions& options = {}) {
    Cancellation cancelled;
    WatchingProgress progress([&](std::string_view name) {
      if (name == stage) cancelled.cancel();
    });
    return runs::run(home, workspace, options, progress, cancelled);
  }
  RunOutcome resume(const std::string& run) { return this->run(options_to_resume(workspace, run)); }
  static std::string taken_over(const RunOutcome& outcome) {
    std::string text;
    for (const StageOutcome& stage : outcome.stages) {
      if (stage.is_taken_over) text += stage.stage + " ";
    }
    return text;
  }
  /// The file of every report of the shop, by its name.
  std::map<std::string, std::string> reports_in_force() {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(home.snapshots_folder() / current().snapshot)) {
      const std::string name = entry.path().stem();
      if (entry.path().extension() != ".parquet" || is_of_the_run(name)) continue;
      files[name] = read_text(entry.path());
    }
    return files;
  }
};

TEST_F(ResumeTest, GoesOnFromTheJourneysAndGivesTheBytesOfAFullRun) {
  const RunOutcome stopped = cancelled_at("exploratory");
  EXPECT_EQ(stopped.state, RunState::kCancelled);
  const RunOutcome outcome = resume(stopped.run);
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_EQ(taken_over(outcome), "ingest quality journeys ");
  EXPECT_EQ(current(), (workspace::Current{stopped.run, outcome.run}));
  EXPECT_EQ(workspace.run(outcome.run)->origin.resumed_from, stopped.run);
  EXPECT_EQ(workspace.stages(outcome.run).at(0).rows_out, 3);
  EXPECT_EQ(report("data_quality"), "run,source,rule,severity,count,sample\n" + outcome.run +
                                        ",sessions,client_missing,error,1,\"[\"\"o4\"\"]\"\n");
  const auto resumed = reports_in_force();
  RunOptions full;
  full.full = true;
  run(full);
  const auto expected = reports_in_force();
  EXPECT_EQ(resumed.size(), expected.size());
  for (const auto& [name, bytes] : expected) EXPECT_EQ(resumed.at(name) == bytes, true) << name;
}

TEST_F(ResumeTest, CanStopAgainAndGoOnAgain) {
  const RunOutcome first = cancelled_at("exploratory");
  const RunOutcome second = cancelled_at("segments", options_to_resume(workspace, first.run));
  EXPECT_EQ(second.state, RunState::kCancelled);
  const RunOutcome third = resume(second.run);
  EXPECT_EQ(third.state, RunState::kSucceeded);
  EXPECT_EQ(taken_over(third), "ingest quality journeys ");
  EXPECT_EQ(current(), (workspace::Current{first.run, third.run}));
  run();
  EXPECT_EQ(names_in(home.journeys_folder()).size(), 1U);
}

TEST_F(ResumeTest, WhatWasNotDoneIsDone) {
  const RunOutcome stopped = cancelled_at("journeys");
  const RunOutcome outcome = resume(stopped.run);
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_EQ(taken_over(outcome).find("journeys"), std::string::npos);
  EXPECT_TRUE(taken_over(outcome).starts_with("ingest "));
  EXPECT_EQ(taken_over(resume(cancelled_at("ingest sessions",
                                           [] {
                                             RunOptions full;
                                             full.full = true;
                                             return full;
                                           }())
                                  .run)),
            "");
}

TEST_F(ResumeTest, WhatIsNotWholeOrNotOfTheseSourcesIsDoneAgain) {
  RunOutcome stopped = cancelled_at("exploratory");
  write(home.journeys_folder() / stopped.run / "partition-0000.journeys", "x");
  RunOutcome outcome = resume(stopped.run);
  EXPECT_EQ(outcome.state, RunState::kSucceeded);
  EXPECT_EQ(taken_over(outcome), "ingest quality ");

  stopped = cancelled_at("exploratory");
  run(only({"ingest"}));
  EXPECT_EQ(taken_over(resume(stopped.run)), "");

  stopped = cancelled_at("exploratory");
  workspace::Configuration configuration = workspace.configuration();
  configuration.settings["workspace.timezone"] = "Europe/Berlin";
  workspace.save(configuration);
  EXPECT_EQ(taken_over(resume(stopped.run)), "");
}

TEST_F(ResumeTest, OnlyUnfinishedRunsAreGoneOnWith) {
  const RunOutcome good = run();
  EXPECT_EQ(code_of([&] { resume(good.run); }), "E-CONFLICT");
  EXPECT_EQ(code_of([&] { resume("none"); }), "E-NOT-FOUND");
}

TEST_F(RunnerTest, EndsWhenSomebodyElseAsksForIt) {
  workspace::Workspace other(home);
  std::string asked;
  WatchingProgress progress([&](std::string_view name) {
    if (name != "exploratory") return;
    asked = other.runs(1).at(0).id;
    other.ask_to_cancel(asked, "ana");
    // As a stage that works on until it is told.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (std::chrono::steady_clock::now() < deadline &&
           other.run(asked)->heartbeat_at <= other.run(asked)->started_at) {
      std::this_thread::yield();
    }
  });
  const RunOutcome outcome = run({}, progress);
  EXPECT_EQ(outcome.state, RunState::kCancelled);
  EXPECT_EQ(outcome.cancelled_by, "ana");
}

TEST_F(RunnerTest, TheHistorySaysHowRowsHaveChanged) {
  const RunOutcome first = run();
  write_sessions(
      "o1,c1,2024-01-01 10:00,10,1\no2,c1,2024-01-02 10:00,20,1\n"
      "o3,c2,2024-01-03 10:00,,0\no4,,2024-01-03 10:00,5,1\no5,c2,2024-01-04 10:00,5,1\n");
  const RunOutcome second = run();
  const RowHistory history = row_history(workspace, workspace.run(second.run).value());
  EXPECT_EQ(history.now.sources.at("sessions"), 4);
  EXPECT_EQ(history.before.sources.at("sessions"), 3);
  EXPECT_EQ(history.sources_before, first.run);
  EXPECT_EQ(history.now.reports.at("daily_orders"), 4);
  EXPECT_EQ(history.before.reports.at("daily_orders"), 3);
}

TEST_F(RunnerTest, ThreadsAndPartitionsChangeNothing) {
  std::string rows;
  for (int i = 0; i < 500; ++i) {
    rows += fmt::format("o{},c{},2024-01-{:02d} {:02d}:00,{}.1,{}\n", i, i % 37, 1 + i % 28, i % 24,
                        i, i % 3 == 0 ? 0 : 1);
  }
  write_sessions(rows);
  run(with(1, 1));
  std::map<std::string, std::string> texts;
  for (const auto& [name, count] : manifest().rows) texts[name] = report(name);
  run(with(3, 8));
  for (const auto& [name, text] : texts) {
    if (is_of_the_run(name)) continue;
    EXPECT_EQ(report(name), text) << name;
  }
}

}  // namespace
}  // namespace ca::runs
