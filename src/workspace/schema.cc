#include "workspace/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <iterator>
#include <string>

#include "base/error.h"
#include "workspace/database_copy.h"

namespace ca::workspace {
namespace {

// Step i leads from version i to i + 1. A step that has been released is never edited; what changes
// is a new step at the end.
constexpr const char* kSteps[] = {
    R"sql(
CREATE TABLE preferences (
  scope TEXT NOT NULL,               -- 'configuration': what connect takes, replaced as a whole
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (scope, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL UNIQUE CHECK (kind IN ('sessions', 'customers', 'products', 'deliveries')),
  tag TEXT NOT NULL,
  type TEXT NOT NULL,
  query_or_path TEXT NOT NULL,
  options_json TEXT NOT NULL,
  version INTEGER NOT NULL,
  status TEXT NOT NULL,
  "rows" INTEGER NOT NULL,
  last_test_at TEXT,
  updated_at TEXT NOT NULL,          -- when this version was saved
  removed_at TEXT                    -- when it was left out; the row stays for its versions
) STRICT;

CREATE TABLE column_maps (
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  field TEXT NOT NULL,
  column_name TEXT NOT NULL,
  PRIMARY KEY (source_id, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE actions (
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  column_name TEXT NOT NULL,
  PRIMARY KEY (source_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE source_versions (       -- earlier versions only; sources holds the newest
  source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  snapshot_json TEXT NOT NULL,
  created_at TEXT NOT NULL,          -- when that version was saved
  PRIMARY KEY (source_id, version)
) STRICT;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  "trigger" TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at TEXT NOT NULL,
  finished_at TEXT,
  config_hash TEXT NOT NULL,
  error_code TEXT NOT NULL DEFAULT '',
  error_text TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE run_stages (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  dimension TEXT NOT NULL,           -- '' for a stage that is not one dimension's
  state TEXT NOT NULL,
  progress REAL NOT NULL DEFAULT 0,
  rows_in INTEGER NOT NULL DEFAULT 0,
  rows_out INTEGER NOT NULL DEFAULT 0,
  started_at TEXT,
  finished_at TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  error_code TEXT NOT NULL DEFAULT '',
  error_text TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (run_id, stage, dimension)
) STRICT;

CREATE TABLE run_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  ts TEXT NOT NULL,
  level TEXT NOT NULL,
  stage TEXT NOT NULL,
  dimension TEXT NOT NULL,
  message TEXT NOT NULL,
  data_json TEXT NOT NULL
) STRICT;
CREATE INDEX run_events_by_run ON run_events (run_id, id);

CREATE TABLE data_quality (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  rule TEXT NOT NULL,
  severity TEXT NOT NULL,
  count INTEGER NOT NULL,
  sample_json TEXT NOT NULL,
  PRIMARY KEY (run_id, source, rule)
) STRICT;
)sql",
    R"sql(
CREATE TABLE snapshots (             -- the published ones that are still there
  run_id TEXT PRIMARY KEY,           -- of a run that this record of runs need not know
  day TEXT NOT NULL                  -- of the run, in the workspace's zone
) STRICT;

ALTER TABLE runs ADD COLUMN load_hash TEXT NOT NULL DEFAULT '';
)sql",
    R"sql(
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL COLLATE NOCASE UNIQUE,
  email TEXT COLLATE NOCASE UNIQUE,
  display_name TEXT NOT NULL DEFAULT '',
  bio TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL CHECK (role IN ('viewer', 'analyst', 'admin', 'owner')),
  password_hash TEXT NOT NULL,       -- Argon2id, with its parameters and salt
  totp_secret INTEGER REFERENCES secrets (id),
  totp_last_step INTEGER NOT NULL DEFAULT 0,  -- the newest code that was used, for none twice
  locale TEXT NOT NULL DEFAULT '',
  timezone TEXT NOT NULL DEFAULT '',
  theme TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
  created_at TEXT NOT NULL,
  last_login_at TEXT
) STRICT;

CREATE TABLE sessions_web (
  id_hash TEXT PRIMARY KEY,          -- of what the cookie holds
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  csrf_token TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,          -- whatever happens; idle ones end earlier
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  series TEXT NOT NULL DEFAULT ''    -- of the browser's remember-me token; '' where it has none
) STRICT;
CREATE INDEX sessions_web_by_user ON sessions_web (user_id);

CREATE TABLE remember_tokens (
  series TEXT PRIMARY KEY,           -- of one browser; stays while the token changes
  token_hash TEXT NOT NULL,
  previous_hash TEXT NOT NULL DEFAULT '',  -- good for a moment more: requests that were under way
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  renewed_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL
) STRICT;
CREATE INDEX remember_tokens_by_user ON remember_tokens (user_id);

CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,              -- words with commas
  created_at TEXT NOT NULL,
  expires_at TEXT,
  last_used_at TEXT
) STRICT;

CREATE TABLE invitations (           -- the first owner's link is one
  token_hash TEXT PRIMARY KEY,
  username TEXT,                     -- the only one that may be taken with it
  email TEXT,
  role TEXT NOT NULL,
  created_by INTEGER REFERENCES users (id) ON DELETE SET NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE TABLE password_resets (
  token_hash TEXT PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

CREATE TABLE sign_in_failures (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL,            -- as it was typed, in small letters, whether it exists or not
  ip TEXT NOT NULL,
  ts TEXT NOT NULL
) STRICT;
CREATE INDEX sign_in_failures_by_user ON sign_in_failures (username, ts);
CREATE INDEX sign_in_failures_by_address ON sign_in_failures (ip, ts);

CREATE TABLE secrets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,         -- what it is of: "sessions.password", "totp.7"
  ciphertext BLOB NOT NULL,
  nonce BLOB NOT NULL,
  key_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  rotated_at TEXT
) STRICT;

CREATE TABLE uploads (               -- files that came over HTTP, in the home's imports
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,                -- as the sender called it
  file TEXT NOT NULL,                -- as it is called
  bytes INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL
) STRICT;

CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ts TEXT NOT NULL,
  user_id INTEGER,                   -- null: the program itself, or nobody who signed in
  username TEXT NOT NULL,            -- as it was then
  ip TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  before_json TEXT NOT NULL DEFAULT '',
  after_json TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE schedules (
  id INTEGER PRIMARY KEY CHECK (id = 1),  -- a new one replaces the old
  name TEXT NOT NULL,
  period TEXT NOT NULL,
  cron TEXT NOT NULL DEFAULT '',
  "at" TEXT NOT NULL DEFAULT '',
  timezone TEXT NOT NULL,
  analyses_json TEXT NOT NULL DEFAULT '[]',
  mode TEXT NOT NULL CHECK (mode IN ('full', 'incremental')),
  catch_up INTEGER NOT NULL DEFAULT 1,
  enabled INTEGER NOT NULL DEFAULT 1,
  next_run_at TEXT,
  created_by TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  active_since TEXT NOT NULL         -- saved or resumed: what was due before is not made up for
) STRICT;

CREATE TABLE schedule_slots (        -- moments for which a run was taken, so that none is twice
  slot TEXT PRIMARY KEY,             -- UTC
  schedule TEXT NOT NULL,            -- when the schedule was created
  taken_at TEXT NOT NULL,
  asked_at TEXT                      -- null while nobody has asked for the run
) STRICT, WITHOUT ROWID;

CREATE TABLE run_requests (          -- runs that wait for one that works
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  "trigger" TEXT NOT NULL,
  requested_by TEXT NOT NULL DEFAULT '',
  requested_at TEXT NOT NULL,
  options_json TEXT NOT NULL,
  run_id TEXT,                       -- once it was begun
  ended_at TEXT                      -- once nothing will come of it any more
) STRICT;

ALTER TABLE runs ADD COLUMN requested_by TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN options_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN resumed_from TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN heartbeat_at TEXT;
ALTER TABLE runs ADD COLUMN cancelled_by TEXT;   -- who asked for its end
ALTER TABLE runs ADD COLUMN rows_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN engine_version TEXT NOT NULL DEFAULT '';
ALTER TABLE run_stages ADD COLUMN units_done INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_stages ADD COLUMN units_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE run_stages ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE run_stages ADD COLUMN units_since TEXT;  -- a stage may count several things in turn
)sql",
    R"sql(
DELETE FROM password_resets;         -- who made them is not known; they live for an hour
ALTER TABLE password_resets          -- null: the command line; with a user go the links he made
  ADD COLUMN created_by INTEGER REFERENCES users (id) ON DELETE CASCADE;
)sql",
};

constexpr int kVersion = static_cast<int>(std::size(kSteps));

int version_of(SQLite::Database& database) {
  if (!database.tableExists("schema_version")) return 0;
  SQLite::Statement query(database, "SELECT coalesce(max(version), 0) FROM schema_version");
  query.executeStep();
  const int version = query.getColumn(0).getInt();
  if (version > kVersion) {
    throw Error("E-SCHEMA",
                "The workspace was written by a newer CustomerAnalytics: its schema is version " +
                    std::to_string(version) + ", this program knows " + std::to_string(kVersion) +
                    ".",
                "Use the newer program, or another folder with --home.");
  }
  return version;
}

bool is_empty(SQLite::Database& database) {
  return database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
}

/// Copies the database as it is to `<file>.v<version>.backup` and deletes those of earlier
/// versions.
void keep_copy(SQLite::Database& database, int version) {
  namespace fs = std::filesystem;
  const fs::path file = database.getFilename();
  if (file.empty()) return;  // in memory
  const std::string begin = file.filename().string() + ".v";
  const fs::path copy = file.parent_path() / (begin + std::to_string(version) + ".backup");
  copy_database(file, copy);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(file.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    const bool is_earlier = name.starts_with(begin) && name.ends_with(".backup");
    if (is_earlier && entry.path() != copy) fs::remove(entry.path(), ignored);
  }
}

}  // namespace

int schema_version() { return kVersion; }

void migrate(SQLite::Database& database, const std::string& now) {
  if (version_of(database) == kVersion) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Another process may have done it meanwhile. The copy is made by a reader of its own, which this
  // transaction keeps nobody from.
  if (version_of(database) == kVersion) return;
  if (!is_empty(database)) keep_copy(database, version_of(database));
  database.exec(
      "CREATE TABLE IF NOT EXISTS schema_version ("
      "version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL) STRICT");
  for (int version = version_of(database); version < kVersion; ++version) {
    database.exec(kSteps[version]);
    SQLite::Statement record(database, "INSERT INTO schema_version VALUES (?, ?)");
    record.bind(1, version + 1);
    record.bind(2, now);
    record.exec();
  }
  transaction.commit();
}

}  // namespace ca::workspace
