#include "workspace/database_copy.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/whole_file.h"
#include "workspace/files.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

namespace fs = std::filesystem;

/// A new file of mode 0600, whatever the mask.
void make_private(const fs::path& file) {
  if (::mknod(file.c_str(), S_IFREG | 0600, 0) != 0) {
    throw file_error("Cannot create", file, errno);
  }
}

void copy_pages(SQLite::Database& from, const fs::path& file) {
  make_private(file);
  SQLite::Database to(file.string(), SQLite::OPEN_READWRITE, kBusyMillis);
  SQLite::Backup backup(to, from);
  if (backup.executeStep(-1) != SQLITE_DONE) {
    throw Error("E-BUSY", "Another process is writing to the workspace.", "Try again.");
  }
}

}  // namespace

void copy_database(SQLite::Database& from, const fs::path& to) {
  fs::path part = to;
  part += ".part";
  std::error_code ignored;
  fs::remove(part, ignored);
  try {
    copy_pages(from, part);
    sync_to_disk(part);
    fs::rename(part, to);
    sync_to_disk(to.has_parent_path() ? to.parent_path() : fs::path("."));
  } catch (const SQLite::Exception& exception) {
    fs::remove(part, ignored);
    throw to_error(exception);
  } catch (const fs::filesystem_error& failure) {
    fs::remove(part, ignored);
    throw file_error("Cannot write", to, failure.code().value());
  } catch (...) {
    fs::remove(part, ignored);
    throw;
  }
}

void copy_database(const fs::path& from, const fs::path& to) {
  try {
    SQLite::Database database(from.string(), SQLite::OPEN_READWRITE, kBusyMillis);
    copy_database(database, to);
  } catch (const SQLite::Exception& exception) {
    throw to_error(exception);
  }
}

std::string database_damage(const fs::path& file) {
  try {
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE, kBusyMillis);
    SQLite::Statement check(database, "PRAGMA integrity_check(1)");
    check.executeStep();
    const std::string said = check.getColumn(0).getString();
    return said == "ok" ? std::string() : said;
  } catch (const SQLite::Exception& exception) {
    return exception.what();
  }
}

std::string sqlite_version() { return sqlite3_libversion(); }

}  // namespace ca::workspace
