#include "workspace/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <vector>

#include "workspace/test_support.h"
#include "workspace/workspace.h"

namespace ca::workspace {
namespace {

using namespace testing;
namespace fs = std::filesystem;

class SchemaTest : public ::testing::Test {
 protected:
  SQLite::Database open() const {
    return SQLite::Database(home.workspace_file().string(), SQLite::OPEN_READWRITE);
  }
  std::string query(const std::string& sql) const {
    SQLite::Database database = open();
    return database.execAndGet(sql).getString();
  }

  TemporaryFolder folder;
  Home home = Home::open(folder.path());
  FakeClock fake;
};

TEST_F(SchemaTest, GrowsFromNothing) {
  { Workspace workspace(home, fake.clock()); }
  EXPECT_EQ(query("SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema "
                  "WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name)"),
            "actions api_tokens audit_log column_maps data_quality invitations password_resets "
            "preferences remember_tokens run_events run_requests run_stages runs schedule_slots "
            "schedules schema_version secrets sessions_web sign_in_failures snapshots "
            "source_versions sources uploads users");
  EXPECT_EQ(query("SELECT max(version) FROM schema_version"), std::to_string(schema_version()));
  EXPECT_EQ(query("SELECT max(applied_at) FROM schema_version"), "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(query("PRAGMA journal_mode"), "wal");
}

TEST_F(SchemaTest, OpeningAgainChangesNothing) {
  { Workspace workspace(home, fake.clock()); }
  fake.now += std::chrono::hours(1);
  { Workspace workspace(home, fake.clock()); }
  EXPECT_EQ(query("SELECT max(applied_at) FROM schema_version"), "2024-05-01T12:03:04.500Z");
  EXPECT_EQ(query("SELECT count(*) FROM schema_version"), std::to_string(schema_version()));
}

TEST_F(SchemaTest, ANewerSchemaIsRefusedAndLeftAlone) {
  { Workspace workspace(home); }
  open().exec("INSERT INTO schema_version VALUES (99, 'tomorrow')");
  try {
    Workspace workspace(home);
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "E-SCHEMA");
    EXPECT_NE(error.message().find("99"), std::string::npos);
    EXPECT_FALSE(error.hint().empty());
  }
  EXPECT_EQ(query("SELECT max(version) FROM schema_version"), "99");
}

TEST_F(SchemaTest, AStepThatFailsLeavesNoTrace) {
  {
    SQLite::Database database(home.workspace_file().string(),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("CREATE TABLE run_events (somebody_elses TEXT)");
    EXPECT_THROW(migrate(database, "now"), SQLite::Exception);
  }
  EXPECT_EQ(query("SELECT group_concat(name) FROM sqlite_schema"), "run_events");
}

TEST_F(SchemaTest, WhatWasThereIsKeptBesideBeforeItIsChanged) {
  { Workspace workspace(home, fake.clock()); }
  const fs::path copy = home.folder() / "workspace.sqlite.v1.backup";
  EXPECT_FALSE(fs::exists(copy));  // nothing was there
  // An older home: as if the later steps had not been made.
  {
    SQLite::Database database = open();
    SQLite::Statement tables(database,
                             "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN "
                             "('preferences', 'sources', 'column_maps', 'actions', "
                             "'source_versions', 'schema_version') AND name NOT LIKE 'sqlite_%'");
    std::vector<std::string> names;
    while (tables.executeStep()) names.push_back(tables.getColumn(0).getString());
    tables.reset();
    database.exec("PRAGMA foreign_keys = OFF");
    for (const std::string& name : names) database.exec("DROP TABLE " + name);
    database.exec(
        "CREATE TABLE runs (id TEXT PRIMARY KEY, \"trigger\" TEXT NOT NULL, state TEXT NOT NULL, "
        "started_at TEXT NOT NULL, finished_at TEXT, config_hash TEXT NOT NULL, error_code TEXT "
        "NOT "
        "NULL DEFAULT '', error_text TEXT NOT NULL DEFAULT '') STRICT");
    database.exec("CREATE TABLE run_stages (run_id TEXT) STRICT");
    database.exec("CREATE TABLE run_events (run_id TEXT) STRICT");
    database.exec("INSERT INTO preferences VALUES ('configuration', 'a.b', 'old')");
    database.exec("DELETE FROM schema_version WHERE version > 1");
  }
  write(home.folder() / "workspace.sqlite.v0.backup", "older");
  { Workspace workspace(home, fake.clock()); }
  EXPECT_EQ(query("SELECT max(version) FROM schema_version"), std::to_string(schema_version()));
  EXPECT_EQ(mode_of(copy), 0600U);
  SQLite::Database kept(copy.string());
  EXPECT_EQ(kept.execAndGet("SELECT max(version) FROM schema_version").getInt(), 1);
  EXPECT_EQ(kept.execAndGet("SELECT value FROM preferences").getString(), "old");
  EXPECT_FALSE(fs::exists(home.folder() / "workspace.sqlite.v0.backup"));
  EXPECT_FALSE(fs::exists(copy.string() + ".part"));
}

TEST_F(SchemaTest, LinksForPasswordsWhoseMakerIsUnknownAreDropped) {
  { Workspace workspace(home); }
  // As the third step left it.
  open().exec(
      "DELETE FROM schema_version WHERE version > 3; DROP TABLE password_resets; "
      "CREATE TABLE password_resets (token_hash TEXT PRIMARY KEY, user_id INTEGER NOT NULL "
      "REFERENCES users (id) ON DELETE CASCADE, created_at TEXT NOT NULL, expires_at TEXT NOT "
      "NULL, used_at TEXT) STRICT; "
      "INSERT INTO users (id, username, role, password_hash, status, created_at) "
      "VALUES (1, 'kim', 'owner', 'h', 'active', 't'); "
      "INSERT INTO password_resets VALUES ('h', 1, 't', 'u', NULL)");
  { Workspace workspace(home); }
  EXPECT_EQ(query("SELECT count(*) FROM password_resets"), "0");
  EXPECT_EQ(query("SELECT count(*) FROM users"), "1");
  // Without its maker a link would pass for the command line's.
  open().exec(
      "PRAGMA foreign_keys = ON; "
      "INSERT INTO users (id, username, role, password_hash, status, created_at) "
      "VALUES (2, 'lee', 'admin', 'h', 'active', 't'); "
      "INSERT INTO password_resets VALUES ('h', 1, 't', 'u', NULL, 2); "
      "DELETE FROM users WHERE id = 2");
  EXPECT_EQ(query("SELECT count(*) FROM password_resets"), "0");
}

TEST_F(SchemaTest, SomethingElseInTheFileIsAnError) {
  write(home.workspace_file(), std::string(5000, 'x'));
  EXPECT_EQ(code_of([&] { Workspace workspace(home); }), "E-HOME");
}

TEST_F(SchemaTest, FilesAreTheOwnersAloneWhateverTheMask) {
  const mode_t mask = ::umask(0);
  Workspace workspace(home);
  ::umask(mask);
  const std::string file = home.workspace_file().string();
  EXPECT_EQ(mode_of(file), 0600U);
  EXPECT_EQ(mode_of(file + "-wal"), 0600U);
  EXPECT_EQ(mode_of(file + "-shm"), 0600U);
}

TEST_F(SchemaTest, AFileOthersCouldReadIsClosedToThem) {
  { Workspace workspace(home); }
  ::chmod(home.workspace_file().c_str(), 0644);
  Workspace workspace(home);
  EXPECT_EQ(mode_of(home.workspace_file()), 0600U);
}

/// Starts processes that open the same new home in the same moment; whether all of them could.
bool all_open_at_once(const Home& home) {
  constexpr int kProcesses = 6;
  int gate[2];
  if (::pipe(gate) != 0) return false;
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < kProcesses; ++i) {
    children.push_back(std::make_unique<Child>([&](const Child::Ready&) {
      ::close(gate[1]);
      char byte;
      [[maybe_unused]] const ssize_t opened = ::read(gate[0], &byte, 1);  // until the parent closes
      Workspace workspace(home);
      return workspace.runs(1).empty() ? 0 : 1;
    }));
  }
  ::close(gate[0]);
  ::close(gate[1]);
  bool all = true;
  for (const auto& child : children) all = child->join() == 0 && all;
  return all;
}

// Often enough for SQLite's refusal to wait in this case to show.
TEST_F(SchemaTest, ManyProcessesMayBeTheFirst) {
  for (int round = 0; round < 20; ++round) {
    const Home fresh = Home::open(folder.path() / std::to_string(round));
    ASSERT_TRUE(all_open_at_once(fresh)) << round;
  }
}

}  // namespace
}  // namespace ca::workspace
