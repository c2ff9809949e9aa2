// Who did what, and when.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {

void AuditLog::add(const AuditRecord& record) {
  execute(database_,
          "INSERT INTO audit_log (ts, user_id, username, ip, action, object, before_json, "
          "after_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          record.at, record.user, record.username, record.address, record.action, record.object,
          record.before_json, record.after_json);
}

std::vector<AuditRecord> AuditLog::list(std::int64_t before_id, std::size_t limit) const {
  SQLite::Statement row =
      prepare(database_,
              "SELECT id, ts, user_id, username, ip, action, object, before_json, after_json "
              "FROM audit_log WHERE id < ? ORDER BY id DESC LIMIT ?",
              before_id == 0 ? INT64_MAX : before_id, static_cast<std::int64_t>(limit));
  std::vector<AuditRecord> records;
  while (row.executeStep()) {
    AuditRecord record;
    record.id = row.getColumn(0).getInt64();
    record.at = text(row, 1);
    if (!row.isColumnNull(2)) record.user = row.getColumn(2).getInt64();
    record.username = text(row, 3);
    record.address = text(row, 4);
    record.action = text(row, 5);
    record.object = text(row, 6);
    record.before_json = text(row, 7);
    record.after_json = text(row, 8);
    records.push_back(std::move(record));
  }
  return records;
}

void AuditLog::rename(std::int64_t user, std::string_view username) {
  execute(database_, "UPDATE audit_log SET username = ? WHERE user_id = ?", username, user);
}

}  // namespace ca::workspace
