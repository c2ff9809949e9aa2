// Runs that wait for one that works.

#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

/// All that wait, in the order in which they are begun.
std::vector<RunRequestRecord> waiting(SQLite::Database& db) {
  SQLite::Statement row =
      prepare(db,
              "SELECT id, \"trigger\", requested_by, requested_at, options_json FROM run_requests "
              "WHERE run_id IS NULL AND ended_at IS NULL ORDER BY id");
  std::vector<RunRequestRecord> requests;
  while (row.executeStep()) {
    requests.push_back({row.getColumn(0).getInt64(),
                        trigger_of(text(row, 1)).value_or(Trigger::kApi), text(row, 2),
                        text(row, 3), text(row, 4)});
  }
  return requests;
}

}  // namespace

RunRequestRecord Workspace::ask_for_run(
    Trigger trigger, std::string_view requested_by, std::string_view options_json,
    const std::function<std::string(std::string_view)>& merged) {
  RunRequestRecord request;
  impl_->record(
      [&](SQLite::Database& db) {
        for (const RunRequestRecord& before : waiting(db)) {
          const std::string both = merged(before.options_json);
          if (both.empty()) continue;
          request = before;
          request.options_json = both;
          execute(db, "UPDATE run_requests SET options_json = ? WHERE id = ?", request.options_json,
                  request.id);
          return;
        }
        request = {0, trigger, std::string(requested_by), impl_->now(), std::string(options_json)};
        execute(db,
                "INSERT INTO run_requests (\"trigger\", requested_by, requested_at, options_json) "
                "VALUES (?, ?, ?, ?)",
                name_of(trigger), requested_by, request.requested_at, options_json);
        request.id = db.getLastInsertRowid();
      },
      true);
  return request;
}

std::optional<RunRequestRecord> Workspace::waiting_request() const {
  return impl_->use([](SQLite::Database& db) -> std::optional<RunRequestRecord> {
    const std::vector<RunRequestRecord> requests = waiting(db);
    if (requests.empty()) return std::nullopt;
    return requests.front();
  });
}

std::optional<std::string> Workspace::run_of_request(std::int64_t id) const {
  return impl_->use([&](SQLite::Database& db) -> std::optional<std::string> {
    SQLite::Statement row = prepare(db,
                                    "SELECT coalesce(run_id, '') FROM run_requests WHERE id = ? "
                                    "AND (run_id IS NOT NULL OR ended_at IS NOT NULL)",
                                    id);
    if (!row.executeStep()) return std::nullopt;
    return text(row, 0);
  });
}

bool Workspace::drop_request(std::int64_t id) {
  bool was_waiting = false;
  impl_->record([&](SQLite::Database& db) {
    was_waiting = execute(db,
                          "UPDATE run_requests SET ended_at = ? "
                          "WHERE id = ? AND run_id IS NULL AND ended_at IS NULL",
                          impl_->now(), id) > 0;
  });
  return was_waiting;
}

}  // namespace ca::workspace
