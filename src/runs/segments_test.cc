#include "runs/segments.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/scratch_folder.h"
#include "base/writers.h"
#include "runs/runner.h"

namespace ca::runs {
namespace {

namespace fs = std::filesystem;
using reports::Snapshot;

void write(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

workspace::Clock at(int day) {
  const Day date = day_from_civil(2024, 3, 1) + (day - 1);
  return [micros = Zone::utc().start_of(date).micros] {
    return std::chrono::system_clock::time_point(std::chrono::microseconds(micros));
  };
}

class SegmentsStage : public ::testing::Test {
 protected:
  SegmentsStage() {
    std::string rows = "order_id,client,session_start_date,payment_amount\n";
    // Customer c buys every c + 1 days in January and February.
    for (int c = 1; c <= 12; ++c) {
      for (int day = c % 5; day < 60; day += c + 1) {
        rows += fmt::format("o{}-{},c{},{} 10:00,{}\n", c, day, c,
                            format_day(day_from_civil(2024, 1, 1) + day), 5 * c + day);
      }
    }
    write(folder.path() / "sessions.csv", rows);
    workspace::SourceRecord sessions;
    sessions.kind = "sessions";
    sessions.type = "csv";
    sessions.path = (folder.path() / "sessions.csv").string();
    for (const char* field : {"order_id", "client", "session_start_date", "payment_amount"}) {
      sessions.columns[field] = field;
    }
    configuration.sources = {sessions};
    configuration.settings["anomaly.networks"] = "false";  // which take long
    workspace.save(configuration);
  }

  void set(const std::string& name, const std::string& value) {
    configuration.settings["rfm." + name] = value;
    workspace.save(configuration);
  }
  RunOutcome run(RunOptions options = {}) {
    return runs::run(home, workspace, options, no_progress(), Cancellation());
  }
  RunOutcome run_as_of(const std::string& moment, int day = 1, bool full = false) {
    RunOptions options;
    options.as_of = moment;
    options.clock = at(day);
    options.full = full;
    return run(options);
  }
  Snapshot snapshot() const {
    return Snapshot(home.snapshots_folder() / workspace::read_current(home).value().snapshot);
  }
  std::string report(const std::string& name) const {
    return to_csv(snapshot().report(name, "main"), Zone::utc());
  }
  /// The moment the cuts in force were found for.
  std::string cut_as_of() const {
    return Zone::utc().format({snapshot().segments().value().cuts.as_of});
  }
  static StageOutcome stage(const RunOutcome& outcome, const std::string& name) {
    return *std::ranges::find(outcome.stages, name, &StageOutcome::stage);
  }

  ScratchFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  workspace::Workspace workspace{home};
  workspace::Configuration configuration;
};

TEST_F(SegmentsStage, FillsTheKeyFiguresOfCustomers) {
  run();
  const Snapshot made = snapshot();
  EXPECT_TRUE(made.manifest().skipped.empty());
  EXPECT_TRUE(made.manifest().empty_columns.empty());
  Snapshot reader = snapshot();
  const Table kpis = reader.report("client_kpis", "main");
  const Table rfm = reader.report("rfm", "main");
  ASSERT_EQ(kpis.rows(), 12U);
  for (std::size_t row = 0; row < kpis.rows(); ++row) {
    EXPECT_EQ(kpis.find("segments")->text(row), rfm.find("segments")->text(row));
  }
}

TEST_F(SegmentsStage, IsLeftOutAndSaysSo) {
  RunOptions options;
  options.skip = {"segments"};
  run(options);
  const reports::Manifest manifest = snapshot().manifest();
  EXPECT_EQ(manifest.skipped.size(), 17U);
  EXPECT_EQ(manifest.skipped.at("segments_change_daily_before_after_orders"), "segments");
  EXPECT_EQ(manifest.skipped.at("clvsegments_amount"), "segments");
  EXPECT_EQ(manifest.empty_columns.at("client_value.segment"), "segments");
  EXPECT_EQ(manifest.skipped.at("rfm"), "segments");
  EXPECT_EQ(manifest.skipped.at("recency_monetary"), "segments");
  EXPECT_EQ(manifest.empty_columns.at("client_kpis.segments"), "segments");
  EXPECT_FALSE(manifest.rows.contains("rfm"));
  Snapshot reader = snapshot();
  EXPECT_FALSE(reader.segments());
  const Table kpis = reader.report("client_kpis", "main");
  for (std::size_t row = 0; row < kpis.rows(); ++row) {
    EXPECT_TRUE(kpis.find("segments")->is_null(row));
  }
}

TEST_F(SegmentsStage, AloneMakesItsReportsOnly) {
  run();
  const std::string before = report("rfm");
  RunOptions options;
  options.only = {"segments", "publish"};
  run(options);
  const reports::Manifest manifest = snapshot().manifest();
  EXPECT_EQ(manifest.skipped.at("daily_orders"), "exploratory");
  EXPECT_EQ(manifest.skipped.at("client_kpis"), "exploratory");
  EXPECT_EQ(report("rfm"), before);
}

TEST_F(SegmentsStage, FailsAloneWithoutItsRules) {
  set("rules", (folder.path() / "rules.json").string());
  write(folder.path() / "rules.json", R"({"rules": [{"segment": "lost"}]})");
  EXPECT_EQ(run().state, workspace::RunState::kSucceeded);
  EXPECT_EQ(report("segmentation"), "segments,value,client_count\nlost,100.0,12\n");
  write(folder.path() / "rules.json", R"({"rules": [{"segment": "loss"}]})");
  const RunOutcome outcome = run();
  EXPECT_EQ(outcome.state, workspace::RunState::kPartial);
  EXPECT_EQ(stage(outcome, "segments").error_code, "E-PARAM");
  EXPECT_EQ(snapshot().manifest().skipped.at("rfm"), "segments");
  fs::remove(folder.path() / "rules.json");
  EXPECT_EQ(stage(run(), "segments").error_code, "E-FILE");
}

TEST_F(SegmentsStage, CutsAnewAtEachRunUnlessToldOtherwise) {
  run_as_of("2024-02-10 12:00");
  run_as_of("2024-02-12 12:00");
  EXPECT_EQ(cut_as_of(), "2024-02-12T12:00:00");
}

TEST_F(SegmentsStage, KeepsCutsForAWeekOfAsOfTime) {
  set("refit", "weekly");
  run_as_of("2024-02-10 12:00");
  EXPECT_EQ(cut_as_of(), "2024-02-10T12:00:00");
  run_as_of("2024-02-16 12:00");
  EXPECT_EQ(cut_as_of(), "2024-02-10T12:00:00");
  run_as_of("2024-02-17 12:00");
  EXPECT_EQ(cut_as_of(), "2024-02-17T12:00:00");
  // Not cuts of a later moment, not with --full, not with another configuration.
  run_as_of("2024-02-16 12:00");
  EXPECT_EQ(cut_as_of(), "2024-02-16T12:00:00");
  run_as_of("2024-02-18 12:00", 1, true);
  EXPECT_EQ(cut_as_of(), "2024-02-18T12:00:00");
  set("scales", "recency=log1p");
  run_as_of("2024-02-19 12:00");
  EXPECT_EQ(cut_as_of(), "2024-02-19T12:00:00");
}

TEST_F(SegmentsStage, KeepsCutsUntilCustomersMoveAway) {
  set("refit", "drift");
  run_as_of("2024-02-10 12:00");
  run_as_of("2024-02-10 12:30");
  EXPECT_EQ(cut_as_of(), "2024-02-10T12:00:00");
  run_as_of("2024-03-30 12:00");  // nobody buys in March: all recencies are of the last cluster
  EXPECT_EQ(cut_as_of(), "2024-03-30T12:00:00");
}

TEST_F(SegmentsStage, ComparesWithTheSnapshotOfAnEarlierDay) {
  run_as_of("2024-01-20", 1);
  EXPECT_EQ(report("segment_flow"), "from,to,customers\n");
  run_as_of("2024-02-01", 2);
  run_as_of("2024-02-28", 2);  // the same day again: compared with the first still
  Snapshot now = snapshot();
  const Table flow = now.report("segment_flow", "main");
  std::int64_t customers = 0;
  for (std::size_t row = 0; row < flow.rows(); ++row) {
    customers += flow.find("customers")->integer(row);
  }
  EXPECT_EQ(customers, 12);
  Snapshot first(home.snapshots_folder() / workspace.snapshots().front().run);
  EXPECT_EQ(to_csv(flow, Zone::utc()), to_csv(
                                           [&] {
                                             std::vector<reports::Answer> answers(1);
                                             answers[0].is_main = true;
                                             answers[0].tables.push_back(now.report("rfm", "main"));
                                             reports::Schema schema;
                                             compare_with(&first, schema, answers);
                                             return answers[0].tables.back();
                                           }(),
                                           Zone::utc()));
  const Table table = now.report("segment_table", "main");
  bool has_change = false;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    has_change |= !table.find("change")->is_null(row);
  }
  EXPECT_TRUE(has_change);
}

}  // namespace
}  // namespace ca::runs
