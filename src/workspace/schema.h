#pragma once

#include <string>

namespace SQLite {
class Database;
}

namespace ca::workspace {

/// The version of the schema that this program writes.
int schema_version();

/// Brings the database from any earlier version, or from nothing, to schema_version(): all steps or
/// none, and only one process does them. `now` is recorded with each step. Before a database that
/// holds something is changed it is copied to `<file>.v<version>.backup` (mode 0600), of which the
/// newest is kept. Throws Error E-SCHEMA for a later version.
void migrate(SQLite::Database& database, const std::string& now);

}  // namespace ca::workspace
