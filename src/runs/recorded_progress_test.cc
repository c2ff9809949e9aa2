#include "runs/recorded_progress.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest/test_support.h"

namespace ca::runs {
namespace {

/// Writes down what it is told.
class WrittenProgress : public Progress {
 public:
  void stage(std::string_view name, std::uint64_t total, std::string_view unit) override {
    text += fmt::format("{} {} {};", name, total, unit);
  }
  void advance(std::uint64_t units) override { text += fmt::format("+{};", units); }
  void finish() override { text += "end;"; }

  std::string text;
};

class RecordedProgressTest : public ::testing::Test {
 protected:
  RecordedProgressTest() { workspace.stage_started(run, "ingest"); }
  double recorded() {
    workspace.event(run, workspace::Level::kInfo, "", "", "");  // takes what waits with it
    return workspace.stages(run).at(0).progress;
  }

  ingest::testing::TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path());
  workspace::Workspace workspace{home};
  std::string run = workspace.begin_run(workspace::Trigger::kManual, "hash");
  WrittenProgress shown;
  RecordedProgress progress{shown.beside(), workspace, run, "ingest"};
};

TEST_F(RecordedProgressTest, PassesEverythingOn) {
  progress.stage("ingest sessions", 10, "rows");
  progress.advance(4);
  progress.finish();
  EXPECT_EQ(shown.text, "ingest sessions 10 rows;+4;end;");
}

TEST_F(RecordedProgressTest, RecordsTheShareThatIsDone) {
  progress.stage("ingest sessions", 10, "rows");
  progress.advance(1);
  progress.advance(3);
  EXPECT_DOUBLE_EQ(recorded(), 0.4);
  progress.advance(60);
  EXPECT_DOUBLE_EQ(recorded(), 1);
}

TEST_F(RecordedProgressTest, EachSourceBeginsAnew) {
  progress.stage("ingest sessions", 10, "rows");
  progress.advance(10);
  progress.stage("ingest customers", 4, "rows");
  progress.advance(1);
  EXPECT_DOUBLE_EQ(recorded(), 0.25);
}

TEST_F(RecordedProgressTest, AnUnknownTotalRecordsWhatIsDone) {
  progress.stage("ingest sessions", 0, "rows");
  progress.advance(5);
  EXPECT_DOUBLE_EQ(recorded(), 0);
  EXPECT_EQ(workspace.stages(run).at(0).units, (workspace::StageUnits{5, 0, "rows"}));
}

}  // namespace
}  // namespace ca::runs
