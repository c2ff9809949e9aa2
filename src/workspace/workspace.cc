#include "workspace/workspace.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include "workspace/files.h"
#include "workspace/schema.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

/// Makes the file readable by its owner alone before SQLite creates it; its -wal and -shm take over
/// the mode. Without open(): closing a descriptor of a database drops this process's locks on it.
SQLite::Database open_database(const std::filesystem::path& file) {
  if (::mknod(file.c_str(), S_IFREG | 0600, 0) != 0) {
    if (errno != EEXIST) throw file_error("Cannot create", file, errno);
    if (::chmod(file.c_str(), 0600) != 0) throw file_error("Cannot protect", file, errno);
  }
  try {
    return SQLite::Database(file.string(), SQLite::OPEN_READWRITE, kBusyMillis);
  } catch (const SQLite::Exception& exception) {
    throw to_error(exception);
  }
}

/// SQLite does not wait when two connections want to switch a new file to WAL at once.
void switch_to_wal(SQLite::Database& database) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kBusyMillis);
  for (;;) {
    const int result = database.tryExec("PRAGMA journal_mode = WAL");
    if (result == SQLITE_OK) return;
    if (result != SQLITE_BUSY || std::chrono::steady_clock::now() >= deadline) {
      throw SQLite::Exception(database.getHandle(), result);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

Error to_error(const SQLite::Exception& exception) {
  const std::string reason = exception.what();
  const Error::Details details = {{"sqlite", reason}};
  switch (exception.getErrorCode() & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error("E-BUSY", "Another process is writing to the workspace.", "Try again.", details);
    case SQLITE_CONSTRAINT:
      return Error("E-PARAM", "The workspace does not accept this record: " + reason + ".", {},
                   details);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Error("E-PERM", "The workspace cannot be written: " + reason + ".",
                   "Check who owns workspace.sqlite and its folder.", details);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return Error("E-FILE", "The workspace cannot be read or written: " + reason + ".",
                   "Check that the disk has space and works.", details);
    default:
      return Error("E-HOME", "The workspace is damaged: " + reason + ".",
                   "Restore workspace.sqlite from a backup.", details);
  }
}

Workspace::Impl::Impl(const Home& given_home, Clock given)
    : home(given_home),
      clock(or_system_clock(std::move(given))),
      database(open_database(home.workspace_file())) {
  use([&](SQLite::Database& db) {
    switch_to_wal(db);
    db.exec("PRAGMA synchronous = NORMAL");
    db.exec("PRAGMA foreign_keys = ON");
    migrate(db, now());
  });
}

Workspace::Workspace(const Home& home, Clock clock)
    : impl_(std::make_unique<Impl>(home, std::move(clock))) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

const Home& Workspace::home() const { return impl_->home; }

}  // namespace ca::workspace
