#include "workspace/sweep.h"

#include <algorithm>
#include <vector>

#include "workspace/test_support.h"

namespace ca::workspace {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class SweepTest : public ::testing::Test {
 protected:
  bool exists(const fs::path& path) const {
    return fs::exists(fs::symlink_status(home.folder() / path));
  }
  void make(const fs::path& path) const { write(home.folder() / path); }

  TemporaryFolder folder;
  Home home = Home::open(folder.path() / "home");
  RunLock lock = RunLock::acquire(home);
};

TEST_F(SweepTest, KeepsWhatIsInForceAndWhatIsFinished) {
  make("journeys/6/part_0");
  make("journeys/7/part_0");
  make("snapshots/old/manifest.json");
  make("snapshots/named/daily.parquet");
  make("snapshots/killed/daily.parquet");
  make("snapshots/killed/deep/er/x");
  fs::create_directory(home.snapshots_folder() / "empty");
  make("scratch/spill");
  make("scratch/run/spill");
  publish(home, {"7", "named"});

  const Swept swept = sweep(lock);

  EXPECT_FALSE(exists("journeys/6"));
  EXPECT_TRUE(exists("journeys/7/part_0"));
  EXPECT_TRUE(exists("snapshots/old/manifest.json"));
  EXPECT_TRUE(exists("snapshots/named/daily.parquet"));
  EXPECT_FALSE(exists("snapshots/killed"));
  EXPECT_FALSE(exists("snapshots/empty"));
  EXPECT_TRUE(fs::is_empty(home.scratch_folder()));
  EXPECT_EQ(read_current(home), (Current{"7", "named"}));
  const std::vector<fs::path> expected = {
      home.journeys_folder() / "6", home.snapshots_folder() / "empty",
      home.snapshots_folder() / "killed", home.scratch_folder() / "run",
      home.scratch_folder() / "spill"};
  EXPECT_EQ(swept.removed, expected);
  EXPECT_TRUE(swept.stuck.empty());
  EXPECT_TRUE(sweep(lock).removed.empty());
}

TEST_F(SweepTest, RemovesPartsOnlyWhereRunsWriteThem) {
  publish(home, {"7", "named"});
  for (const char* part : {"current.part", "journeys/7/part_0.part", "journeys/x.part",
                           "snapshots/named/daily.parquet.part", "models/clv/weights.part"}) {
    make(part);
  }
  make("journeys/7/part_0");
  make("models/clv/weights");
  make("imports/upload.csv.part");  // an upload does not hold the lock
  make("logs/log.part");
  make("notes");
  make("notes.d/mine.part");

  EXPECT_EQ(sweep(lock).removed.size(), 5U);

  EXPECT_FALSE(exists("current.part"));
  EXPECT_FALSE(exists("journeys/7/part_0.part"));
  EXPECT_FALSE(exists("models/clv/weights.part"));
  for (const char* kept : {"journeys/7/part_0", "models/clv/weights", "imports/upload.csv.part",
                           "logs/log.part", "notes", "notes.d/mine.part", "run.lock", "current"}) {
    EXPECT_TRUE(exists(kept)) << kept;
  }
}

TEST_F(SweepTest, KeepsWhatItIsTold) {
  make("journeys/8/part_0");
  make("snapshots/resumed/daily.parquet");
  make("snapshots/other/daily.parquet");
  sweep(lock, std::vector<std::string>{"8", "resumed"});
  EXPECT_TRUE(exists("journeys/8/part_0"));
  EXPECT_TRUE(exists("snapshots/resumed/daily.parquet"));
  EXPECT_FALSE(exists("snapshots/other"));
}

TEST_F(SweepTest, BeforeTheFirstPublicationOnlyFinishedSnapshotsStay) {
  make("journeys/1/part_0");
  make("snapshots/a/daily.parquet");
  make("snapshots/b/manifest.json");
  sweep(lock);
  EXPECT_FALSE(exists("journeys/1"));
  EXPECT_FALSE(exists("snapshots/a"));
  EXPECT_TRUE(exists("snapshots/b"));
}

TEST_F(SweepTest, NeverLeavesTheHomeThroughALink) {
  const fs::path outside = folder.path() / "outside";
  write(outside / "7" / "precious");
  write(outside / "x.part");
  fs::create_directory_symlink(outside, home.snapshots_folder() / "linked");
  fs::create_directory_symlink(outside, home.scratch_folder() / "linked");
  make("snapshots/killed/x");
  fs::create_directory_symlink(outside, home.snapshots_folder() / "killed" / "linked");
  fs::remove(home.journeys_folder());
  fs::create_directory_symlink(outside, home.journeys_folder());
  fs::remove(home.models_folder());
  fs::create_directory_symlink(outside, home.models_folder());

  sweep(lock);

  EXPECT_TRUE(fs::exists(outside / "7" / "precious"));
  EXPECT_TRUE(fs::exists(outside / "x.part"));
  EXPECT_TRUE(exists("snapshots/linked"));
  EXPECT_FALSE(exists("snapshots/killed"));
  EXPECT_FALSE(exists("scratch/linked"));
}

TEST_F(SweepTest, ALinkedManifestDoesNotFinishASnapshot) {
  write(folder.path() / "manifest.json");
  fs::create_directory(home.snapshots_folder() / "a");
  fs::create_symlink(folder.path() / "manifest.json", home.snapshots_folder() / "a/manifest.json");
  sweep(lock);
  EXPECT_FALSE(exists("snapshots/a"));
  EXPECT_TRUE(fs::exists(folder.path() / "manifest.json"));
}

TEST_F(SweepTest, TouchesNothingWhenItIsNotKnownWhatIsInForce) {
  make("journeys/7/part_0");
  make("scratch/spill");
  make("current");
  EXPECT_EQ(code_of([&] { sweep(lock); }), "E-HOME");
  EXPECT_TRUE(exists("journeys/7/part_0"));
  EXPECT_TRUE(exists("scratch/spill"));
}

}  // namespace
}  // namespace ca::workspace
