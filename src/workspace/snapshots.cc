// The record of published snapshots.

#include "workspace/workspace_impl.h"

namespace ca::workspace {

void Workspace::add_snapshot(std::string_view run, Day day) {
  impl_->record(
      [&](SQLite::Database& db) {
        execute(db,
                "INSERT INTO snapshots VALUES (?, ?) "
                "ON CONFLICT (run_id) DO UPDATE SET day = excluded.day",
                run, format_day(day));
      },
      true);
}

void Workspace::remove_snapshot(std::string_view run) {
  impl_->record(
      [&](SQLite::Database& db) { execute(db, "DELETE FROM snapshots WHERE run_id = ?", run); },
      true);
}

std::vector<SnapshotRecord> Workspace::snapshots() const {
  return impl_->use([](SQLite::Database& db) {
    // Runs exclude each other, so they publish in the order in which they were recorded.
    SQLite::Statement row = prepare(db,
                                    "SELECT s.run_id, s.day FROM snapshots s "
                                    "LEFT JOIN runs r ON r.id = s.run_id "
                                    "ORDER BY coalesce(r.rowid, 0), s.run_id");
    std::vector<SnapshotRecord> snapshots;
    while (row.executeStep()) {
      const std::optional<Day> day = parse_day(text(row, 1));
      if (!day) {
        throw Error("E-HOME", "The record of snapshots holds a day that is none.",
                    "Restore workspace.sqlite from a backup.");
      }
      snapshots.push_back({text(row, 0), *day});
    }
    return snapshots;
  });
}

}  // namespace ca::workspace
