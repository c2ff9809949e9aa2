#pragma once

#include <filesystem>
#include <string>

namespace SQLite {
class Database;
}

namespace ca::workspace {

/// Copies a database that others may be using, as it is at one moment, into a new file of mode 0600
/// that is on disk when this returns (SQLite's online backup). Replaces what has that name; when
/// anything fails nothing is left. Errors as Workspace's.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to);
/// The same of one that is open.
void copy_database(SQLite::Database& from, const std::filesystem::path& to);

/// What is wrong with the file: one line of SQLite's integrity check, or empty when nothing is.
std::string database_damage(const std::filesystem::path& file);
/// The version of SQLite, "3.40.1".
std::string sqlite_version();

}  // namespace ca::workspace
