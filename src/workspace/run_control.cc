// What the process of a run and those who watch it tell each other.

#include "workspace/workspace_impl.h"

namespace ca::workspace {

void Workspace::heartbeat(std::string_view run) {
  impl_->record([&](SQLite::Database& db) {
    execute(db, "UPDATE runs SET heartbeat_at = ? WHERE id = ? AND state = 'running'", impl_->now(),
            run);
  });
}

bool Workspace::ask_to_cancel(std::string_view run, std::string_view who) {
  bool works = false;
  impl_->record([&](SQLite::Database& db) {
    works = execute(db,
                    "UPDATE runs SET cancelled_by = coalesce(cancelled_by, ?) "
                    "WHERE id = ? AND state = 'running'",
                    who, run) > 0;
  });
  return works;
}

std::string Workspace::cancelled_by(std::string_view run) const {
  return impl_->use([&](SQLite::Database& db) -> std::string {
    SQLite::Statement row = prepare(db, "SELECT cancelled_by FROM runs WHERE id = ?", run);
    return row.executeStep() ? text(row, 0) : std::string();
  });
}

void Workspace::set_rows(std::string_view run, std::string_view json) {
  impl_->record([&](SQLite::Database& db) {
    execute(db, "UPDATE runs SET rows_json = ? WHERE id = ?", json, run);
  });
}

}  // namespace ca::workspace
