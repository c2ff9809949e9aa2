#include "workspace/forget.h"

#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

/// Runs a deletion of a thousand rows at a time until nothing is left of them.
std::int64_t delete_all(SQLite::Database& database, const char* sql, const std::string& before,
                        const std::string& journeys = {}) {
  std::int64_t all = 0;
  for (;;) {
    Writing writing(database);
    SQLite::Statement statement(database, sql);
    statement.bind(1, before);
    if (statement.getBindParameterCount() > 1) statement.bind(2, journeys);
    const int deleted = statement.exec();
    writing.commit();
    if (deleted == 0) return all;
    all += deleted;
  }
}

constexpr char kRuns[] =
    "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE finished_at < ?1 AND id <> ?2 "
    "AND id NOT IN (SELECT run_id FROM snapshots) "
    "AND rowid <> (SELECT max(rowid) FROM runs) "
    "AND rowid NOT IN (SELECT max(r.rowid) FROM run_stages s JOIN runs r ON r.id = s.run_id "
    "WHERE s.state = 'ok' AND s.dimension = '' GROUP BY s.stage) LIMIT 100)";
constexpr char kEvents[] =
    "DELETE FROM run_events WHERE id IN (SELECT e.id FROM run_events e JOIN runs r "
    "ON r.id = e.run_id WHERE e.ts < ? AND r.finished_at IS NOT NULL LIMIT 1000)";
constexpr char kAudit[] =
    "DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log WHERE ts < ? LIMIT 1000)";
constexpr char kFailures[] =
    "DELETE FROM sign_in_failures WHERE id IN "
    "(SELECT id FROM sign_in_failures WHERE ts < ? LIMIT 1000)";
constexpr char kRequests[] =
    "DELETE FROM run_requests WHERE id IN "
    "(SELECT id FROM run_requests WHERE ended_at < ? LIMIT 1000)";

}  // namespace

Forgotten forget_before(const Home& home, TimePoint before) {
  const std::string moment = utc_text(before);
  const std::optional<Current> current = read_current(home);
  try {
    SQLite::Database database(home.workspace_file().string(), SQLite::OPEN_READWRITE, kBusyMillis);
    database.exec("PRAGMA synchronous = NORMAL");
    database.exec("PRAGMA foreign_keys = ON");
    Forgotten forgotten;
    forgotten.runs = delete_all(database, kRuns, moment, current ? current->journeys : "");
    forgotten.events = delete_all(database, kEvents, moment);
    forgotten.audit = delete_all(database, kAudit, moment);
    forgotten.sign_in_failures = delete_all(database, kFailures, moment);
    forgotten.requests = delete_all(database, kRequests, moment);
    return forgotten;
  } catch (const SQLite::Exception& exception) {
    throw to_error(exception);
  }
}

}  // namespace ca::workspace
