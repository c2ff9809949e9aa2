#include "workspace/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <iterator>

#include "base/error.h"

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

}  // namespace

int schema_version() { return kVersion; }

void migrate(SQLite::Database& database, const std::string& now) {
  if (version_of(database) == kVersion) return;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
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
