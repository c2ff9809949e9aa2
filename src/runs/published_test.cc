#include "runs/published.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "reports/snapshot.h"
#include "runs/retention.h"
#include "workspace/test_support.h"

namespace ca::runs {
namespace {

using namespace workspace::testing;
using workspace::SnapshotRecord;
namespace fs = std::filesystem;

const Day kMay = day_from_civil(2024, 5, 1);

class PublishedTest : public ::testing::Test {
 protected:
  /// A run whose snapshot is complete; `state` is how its stage publish ended.
  std::string finished_run(workspace::StageState state, Day day = kMay) {
    const std::string run = workspace.begin_run(workspace::Trigger::kManual, "hash");
    workspace.stage_finished(run, "publish", {}, {.state = state});
    workspace.finish_run(run, workspace::RunState::kSucceeded);
    make_snapshot(run, day);
    return run;
  }
  void make_snapshot(const std::string& run, Day day) const {
    reports::Manifest manifest;
    manifest.run = run;
    manifest.snapshot_date = day;
    fs::create_directories(folder_of(run));
    reports::write_manifest(folder_of(run), manifest);
  }
  fs::path folder_of(const std::string& run) const { return home.snapshots_folder() / run; }
  void publish(const std::string& run) const { workspace::publish(home, {"journeys", run}); }

  /// "<run> <day>" a line each.
  std::string listed() const {
    std::string text;
    for (const SnapshotRecord& snapshot : published_snapshots(home, workspace)) {
      text += snapshot.run + " " + format_day(snapshot.day) + "\n";
    }
    return text;
  }

  TemporaryFolder folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  FakeClock fake;
  workspace::Workspace workspace{home, fake.clock()};
  workspace::RunLock lock = workspace::RunLock::acquire(home);
};

TEST_F(PublishedTest, ListsInTheOrderOfPublicationWhateverTheClockSaid) {
  const std::string late = finished_run(workspace::StageState::kOk, kMay);
  workspace.add_snapshot(late, kMay);
  fake.now -= std::chrono::hours(48);
  const std::string early = finished_run(workspace::StageState::kOk, kMay - 2);
  workspace.add_snapshot(early, kMay - 2);
  EXPECT_LT(early, late);
  EXPECT_EQ(listed(), late + " 2024-05-01\n" + early + " 2024-04-29\n");
}

TEST_F(PublishedTest, WhatIsInForceCountsBeforeItIsRecorded) {
  const std::string run = finished_run(workspace::StageState::kRunning, kMay + 1);
  EXPECT_EQ(listed(), "");
  publish(run);
  EXPECT_EQ(listed(), run + " 2024-05-02\n");
  settle_snapshots(lock, workspace);
  EXPECT_EQ(workspace.snapshots(), (std::vector<SnapshotRecord>{{run, kMay + 1}}));
}

TEST_F(PublishedTest, WhatIsInForceIsKeptAlsoWhenItIsDamaged) {
  const std::string run = finished_run(workspace::StageState::kRunning);
  publish(run);
  write(folder_of(run) / "manifest.json", "{");
  EXPECT_EQ(listed(), run + " 2024-05-01\n");  // the day of the run's begin
  settle_snapshots(lock, workspace);
  EXPECT_TRUE(fs::exists(folder_of(run)));
}

TEST_F(PublishedTest, SettlingDeletesWhatWasNotPublishedAndKeepsTheRest) {
  const std::string older = finished_run(workspace::StageState::kOk, kMay - 9);
  const std::string unpublished = finished_run(workspace::StageState::kCancelled);
  const std::string current = finished_run(workspace::StageState::kOk);
  publish(current);
  make_snapshot("20200101T000000-0001", day_from_civil(2020, 1, 1));  // nobody remembers this run
  write(home.snapshots_folder() / "a file", "x");
  settle_snapshots(lock, workspace);
  EXPECT_EQ(listed(), "20200101T000000-0001 2020-01-01\n" + older + " 2024-04-22\n" + current +
                          " 2024-05-01\n");
  EXPECT_FALSE(fs::exists(folder_of(unpublished)));
}

TEST_F(PublishedTest, SettlingForgetsWhatIsGone) {
  const std::string run = finished_run(workspace::StageState::kOk);
  workspace.add_snapshot(run, kMay);
  fs::remove_all(folder_of(run));
  EXPECT_EQ(listed(), "");
  settle_snapshots(lock, workspace);
  EXPECT_TRUE(workspace.snapshots().empty());
}

TEST_F(PublishedTest, RetentionNeedsNoManifestAndSparesWhatIsInForce) {
  std::vector<std::string> runs;
  for (const int age : {400, 390, 60, 59, 1}) {
    runs.push_back(finished_run(workspace::StageState::kOk, kMay - age));
    workspace.add_snapshot(runs.back(), kMay - age);
    write(folder_of(runs.back()) / "manifest.json", "damaged");
  }
  publish(runs[2]);
  drop_old_snapshots(lock, workspace, kMay);
  // 28 March and 7 April 2023 are of two months; 2 and 3 March 2024 of one week.
  EXPECT_EQ(listed(), runs[0] + " 2023-03-28\n" + runs[1] + " 2023-04-07\n" + runs[2] +
                          " 2024-03-02\n" + runs[3] + " 2024-03-03\n" + runs[4] + " 2024-04-30\n");
  publish(runs[4]);
  drop_old_snapshots(lock, workspace, kMay);
  EXPECT_FALSE(fs::exists(folder_of(runs[2])));
  EXPECT_TRUE(fs::exists(folder_of(runs[3])));
}

}  // namespace
}  // namespace ca::runs
