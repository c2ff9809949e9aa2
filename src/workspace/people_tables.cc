#include "workspace/people_tables.h"

#include <sqlite3.h>

#include "workspace/workspace_impl.h"

namespace ca::workspace {

PeopleTables::PeopleTables(SQLite::Database& database)
    : users(database),
      sessions(database),
      remembered(database),
      tokens(database),
      invitations(database),
      resets(database),
      failures(database),
      secrets(database),
      audit(database),
      settings(database),
      database_(database) {}

ChangeStamp PeopleTables::stamp() const {
  SQLite::Statement row(database_, "PRAGMA data_version");
  row.executeStep();
  return {row.getColumn(0).getInt64(), ::sqlite3_total_changes(database_.getHandle())};
}

TimePoint PeopleDatabase::now() const { return workspace_.impl_->clock(); }

void PeopleDatabase::use(Mode mode, const std::function<void(PeopleTables&)>& work) const {
  workspace_.impl_->use([&](SQLite::Database& database) {
    PeopleTables tables(database);
    if (mode == Mode::kRead) {
      work(tables);
      return;
    }
    Writing writing(database, mode == Mode::kWrite);
    work(tables);
    writing.commit();
  });
}

// ---- settings -----------------------------------------------------------------------------------

std::optional<std::string> WorkspaceSettings::get(std::string_view key) const {
  SQLite::Statement row = prepare(
      database_, "SELECT value FROM preferences WHERE scope = 'workspace' AND key = ?", key);
  if (!row.executeStep()) return std::nullopt;
  return text(row, 0);
}

void WorkspaceSettings::put(std::string_view key, std::string_view value) {
  execute(database_,
          "INSERT INTO preferences VALUES ('workspace', ?, ?) "
          "ON CONFLICT (scope, key) DO UPDATE SET value = excluded.value",
          key, value);
}

}  // namespace ca::workspace
