#pragma once

#include <string>

namespace SQLite {
class Database;
}

namespace ca::workspace {

/// The version of the schema that this program writes.
int schema_version();

/// Brings the database from any earlier version, or from nothing, to schema_version(): all steps or
/// none, and only one process does them. `now` is recorded with each step. Throws Error E-SCHEMA
/// for a later version.
void migrate(SQLite::Database& database, const std::string& now);

}  // namespace ca::workspace
