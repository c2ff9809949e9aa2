#include "api/doctor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "workspace/schedule_table.h"
#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::api {
namespace {

using workspace::testing::FakeClock;
using workspace::testing::write;

struct DoctorTest : ::testing::Test {
  ScratchFolderInMemory folder;
  workspace::Home home = workspace::Home::open(folder.path() / "home");
  FakeClock fake;
  Cancellation never;

  std::vector<Finding> examined() {
    return examine(home, {.version = "1", .clock = fake.clock()}, never);
  }
  /// The worst that was found, as "error: <text>".
  std::string found(const std::string& check) {
    Finding worst{.check = check, .level = Finding::Level::kOk, .text = "", .next_step = ""};
    for (const Finding& finding : examined()) {
      if (finding.check == check && finding.level >= worst.level) worst = finding;
    }
    EXPECT_EQ(worst.next_step.empty(), worst.level == Finding::Level::kOk) << worst.text;
    return std::string(name_of(worst.level)) + ": " + worst.text;
  }
};

TEST_F(DoctorTest, ANewHomeHasNoErrors) {
  EXPECT_FALSE(has_errors(examined()));
  EXPECT_EQ(found("results"), "warning: There are no results yet.");
  EXPECT_EQ(found("server"), "ok: No server serves this home.");
  EXPECT_NE(found("versions").find("DuckDB v1."), std::string::npos) << found("versions");
  EXPECT_NE(to_json(examined()).find("\"ok\": true"), std::string::npos);
}

TEST_F(DoctorTest, FilesThatOthersMayReadAreFound) {
  { workspace::Workspace workspace(home); }
  write(home.folder() / "secret.key");
  ::chmod((home.folder() / "secret.key").c_str(), 0644);
  EXPECT_EQ(found("permissions"),
            "error: Other users may read " + (home.folder() / "secret.key").string() + ".");
  ::chmod((home.folder() / "secret.key").c_str(), 0600);
  ::chmod(home.folder().c_str(), 0755);
  EXPECT_EQ(found("permissions").substr(0, 8), "warning:");
}

TEST_F(DoctorTest, DamageIsFound) {
  write(home.workspace_file(), std::string(5000, 'x'));
  EXPECT_EQ(found("workspace").substr(0, 6), "error:");
  write(home.current_file(), "{");
  EXPECT_EQ(found("results").substr(0, 13), "error: E-HOME");
  workspace::publish(home, {"v1", "r1"});
  EXPECT_EQ(found("results").substr(0, 17), "error: E-SNAPSHOT");
  EXPECT_EQ(found("journeys").substr(0, 17), "error: E-JOURNEYS");
  EXPECT_TRUE(has_errors(examined()));
}

TEST_F(DoctorTest, ASourceThatIsGoneIsFound) {
  workspace::Workspace workspace(home);
  workspace::Configuration configuration;
  workspace::SourceRecord source;
  source.kind = "sessions";
  source.type = "csv";
  source.path = (folder.path() / "gone.csv").string();
  for (const char* field : {"order_id", "client", "session_start_date", "payment_amount"}) {
    source.columns[field] = field;
  }
  configuration.sources.push_back(source);
  workspace.save(configuration);
  EXPECT_EQ(found("sources").substr(0, 13), "error: E-FILE");
  write(folder.path() / "gone.csv",
        "order_id,client,session_start_date,payment_amount\n1,a,2024-01-01 10:00:00,5\n");
  EXPECT_EQ(found("sources"), "ok: sessions: 1 files, 1 rows");
}

TEST_F(DoctorTest, AScheduleNeedsAServer) {
  workspace::Workspace workspace(home, fake.clock());
  workspace::ScheduleRecord record;
  record.name = record.period = "daily";
  record.timezone = "UTC";
  workspace::ScheduleTable(workspace).save(record, fake.now);
  EXPECT_EQ(found("schedule"), "warning: There is a schedule, but no server that keeps it.");
}

TEST_F(DoctorTest, ARunThatFailedIsFound) {
  workspace::Workspace workspace(home, fake.clock());
  const std::string run = workspace.begin_run(workspace::Trigger::kManual, "");
  workspace.finish_run(run, workspace::RunState::kFailed, "E-FILE", "gone");
  EXPECT_EQ(found("last run"), "error: Run " + run + " failed: gone");
}

}  // namespace
}  // namespace ca::api
