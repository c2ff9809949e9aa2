// The record of runs: runs, run_stages, run_events, data_quality.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

constexpr auto kProgressPause = std::chrono::milliseconds(250);
constexpr char kInterrupted[] = "E-INTERRUPTED";

template <class Word>
Word known(std::optional<Word> word) {
  if (word) return *word;
  throw Error("E-HOME", "The record of runs holds a word that is not known.",
              "Restore workspace.sqlite from a backup.");
}

RunRecord to_run(const SQLite::Statement& row) {
  return {text(row, 0),
          known(trigger_of(text(row, 1))),
          known(run_state_of(text(row, 2))),
          text(row, 3),
          text(row, 4),
          text(row, 5),
          text(row, 6),
          text(row, 7),
          text(row, 8),
          {.requested_by = text(row, 9),
           .options_json = text(row, 10),
           .resumed_from = text(row, 11),
           .engine_version = text(row, 12)},
          text(row, 13),
          text(row, 14),
          text(row, 15)};
}

#define CA_RUN_COLUMNS                                                                \
  "SELECT id, \"trigger\", state, started_at, finished_at, config_hash, error_code, " \
  "error_text, load_hash, requested_by, options_json, resumed_from, engine_version, " \
  "heartbeat_at, cancelled_by, rows_json FROM runs "

constexpr char kNewestRuns[] = CA_RUN_COLUMNS
    "WHERE ?1 = '' OR rowid < (SELECT rowid FROM runs WHERE id = ?1) ORDER BY rowid DESC LIMIT ?2";
constexpr char kOneRun[] = CA_RUN_COLUMNS "WHERE id = ?";
constexpr char kLastRunWith[] = CA_RUN_COLUMNS
    "WHERE id IN (SELECT run_id FROM run_stages WHERE stage = ? AND "
    "dimension = '' AND state = 'ok') ORDER BY rowid DESC LIMIT 1";

std::int64_t to_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX));
}

/// Where the level stands in the list of all, as SQL compares it.
int rank_of(Level least) {
  return 1 + static_cast<int>(std::string_view("debug info warn error").find(name_of(least)));
}

/// Log lines must never be lost for a bad byte in them.
std::string forgiving_json(const Fields& fields) {
  return nlohmann::json(fields).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string last_sign_of_life(SQLite::Database& db, const std::string& run) {
  SQLite::Statement row = prepare(db,
                                  "SELECT max(t) FROM ("
                                  "SELECT started_at AS t FROM runs WHERE id = ?1 "
                                  "UNION ALL SELECT heartbeat_at FROM runs WHERE id = ?1 "
                                  "UNION ALL SELECT ts FROM run_events WHERE run_id = ?1 "
                                  "UNION ALL SELECT started_at FROM run_stages WHERE run_id = ?1 "
                                  "UNION ALL SELECT finished_at FROM run_stages WHERE run_id = ?1)",
                                  run);
  row.executeStep();
  return text(row, 0);
}

void interrupt(SQLite::Database& db, const std::string& run) {
  const std::string end = last_sign_of_life(db, run);
  execute(db,
          "UPDATE run_stages SET state = 'failed', finished_at = ?, error_code = ?, "
          "error_text = 'The process ended before the stage did.' "
          "WHERE run_id = ? AND state = 'running'",
          end, kInterrupted, run);
  execute(db,
          "UPDATE runs SET state = 'interrupted', finished_at = ?, error_code = ?, "
          "error_text = 'The process ended before the run did.' WHERE id = ?",
          end, kInterrupted, run);
}

}  // namespace

std::string Workspace::begin_run(Trigger trigger, std::string_view config_hash,
                                 std::string_view load_hash, const RunOrigin& origin) {
  std::string id;
  impl_->record([&](SQLite::Database& db) {
    const TimePoint now = impl_->clock();
    const std::string second = utc_stamp(now);
    SQLite::Statement row = prepare(
        db, "SELECT coalesce(max(substr(id, 17)), 0) + 1 FROM runs WHERE substr(id, 1, 15) = ?",
        second);
    row.executeStep();
    char count[16];
    std::snprintf(count, sizeof count, "-%04d", row.getColumn(0).getInt());
    id = second + count;
    execute(db,
            "INSERT INTO runs (id, \"trigger\", state, started_at, config_hash, load_hash, "
            "requested_by, options_json, resumed_from, engine_version, heartbeat_at) "
            "VALUES (?1, ?2, 'running', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?3)",
            id, name_of(trigger), utc_text(now), config_hash, load_hash, origin.requested_by,
            origin.options_json, origin.resumed_from, origin.engine_version);
    if (origin.request == 0) return;
    const int taken = execute(db,
                              "UPDATE run_requests SET run_id = ?, ended_at = ? WHERE id = ? AND "
                              "run_id IS NULL AND ended_at IS NULL AND options_json = ?",
                              id, utc_text(now), origin.request, origin.options_json);
    if (taken == 0) {
      throw Error("E-CONFLICT", "The request for this run has changed or ended.", "Try again.");
    }
  });
  return id;
}

void Workspace::finish_run(std::string_view run, RunState state, std::string_view error_code,
                           std::string_view error_text) {
  impl_->record(
      [&](SQLite::Database& db) {
        const std::string now = impl_->now();
        const int changed = execute(db,
                                    "UPDATE runs SET state = ?, finished_at = ?, error_code = ?, "
                                    "error_text = ? WHERE id = ? AND state = 'running'",
                                    name_of(state), now, error_code, error_text, run);
        if (changed == 0) {
          throw Error("E-PARAM", "The run '" + std::string(run) + "' is not running.");
        }
        execute(db,
                "UPDATE run_stages SET state = 'cancelled', finished_at = ? "
                "WHERE run_id = ? AND state IN ('pending', 'running')",
                now, run);
      },
      true);
}

std::vector<std::string> Workspace::mark_interrupted(const RunLock& held) {
  std::vector<std::string> runs;
  impl_->record([&](SQLite::Database& db) {
    SQLite::Statement row = prepare(
        db, "SELECT id FROM runs WHERE state = 'running' AND id <> ? ORDER BY id", held.run());
    while (row.executeStep()) runs.push_back(text(row, 0));
    for (const std::string& run : runs) interrupt(db, run);
  });
  return runs;
}

void Workspace::stage_pending(std::string_view run, std::string_view stage,
                              std::string_view dimension) {
  impl_->record([&](SQLite::Database& db) {
    execute(db,
            "INSERT INTO run_stages (run_id, stage, dimension, state) VALUES (?, ?, ?, 'pending')",
            run, stage, dimension);
  });
}

void Workspace::stage_started(std::string_view run, std::string_view stage,
                              std::string_view dimension) {
  impl_->record([&](SQLite::Database& db) {
    execute(db,
            "INSERT INTO run_stages (run_id, stage, dimension, state, started_at, attempt) "
            "VALUES (?, ?, ?, 'running', ?, 1) "
            "ON CONFLICT (run_id, stage, dimension) DO UPDATE SET state = 'running', "
            "progress = 0, rows_in = 0, rows_out = 0, started_at = excluded.started_at, "
            "units_done = 0, units_total = 0, unit = '', units_since = NULL, "
            "finished_at = NULL, attempt = attempt + 1, error_code = '', error_text = ''",
            run, stage, dimension, impl_->now());
  });
}

void Workspace::stage_finished(std::string_view run, std::string_view stage,
                               std::string_view dimension, const StageResult& result) {
  impl_->record([&](SQLite::Database& db) {
    execute(db,
            "INSERT INTO run_stages (run_id, stage, dimension, state, rows_in, rows_out, "
            "finished_at, error_code, error_text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (run_id, stage, dimension) DO UPDATE SET state = excluded.state, "
            "rows_in = excluded.rows_in, rows_out = excluded.rows_out, "
            "finished_at = excluded.finished_at, error_code = excluded.error_code, "
            "error_text = excluded.error_text",
            run, stage, dimension, name_of(result.state), result.rows_in, result.rows_out,
            impl_->now(), result.error_code, result.error_text);
    execute(db,
            "UPDATE run_stages SET progress = 1 "
            "WHERE run_id = ? AND stage = ? AND dimension = ? AND state = 'ok'",
            run, stage, dimension);
  });
}

void Workspace::stage_progress(std::string_view run, std::string_view stage,
                               std::string_view dimension, const StageUnits& units) {
  const bool is_due = impl_->use([&](SQLite::Database&) {
    const TimePoint now = impl_->clock();
    Impl::WaitingUnits& waiting =
        impl_->waiting_progress[{std::string(run), std::string(stage), std::string(dimension)}];
    const bool is_of_another = units.done < waiting.units.done ||
                               units.total != waiting.units.total ||
                               units.unit != waiting.units.unit;
    if (waiting.since.empty() || is_of_another) waiting.since = utc_text(now);
    waiting.units = units;
    const auto since = now - impl_->progress_written;
    return since >= kProgressPause || since < TimePoint::duration::zero();  // a clock set back
  });
  if (is_due) impl_->record([](SQLite::Database&) {});
}

void Workspace::Impl::write_progress(SQLite::Database& db) {
  for (const auto& [key, waiting] : waiting_progress) {
    const auto& [run, stage, dimension] = key;
    const StageUnits& units = waiting.units;
    const std::int64_t done = std::max<std::int64_t>(0, units.done);
    const double share = units.total <= 0 ? 0.0
                                          : static_cast<double>(std::min(done, units.total)) /
                                                static_cast<double>(units.total);
    // Another thing is counted from when less of it is done than before, or it has another total.
    execute(db,
            "UPDATE run_stages SET progress = ?1, "
            "units_since = CASE WHEN units_since IS NULL OR ?2 < units_done OR ?3 <> units_total "
            "OR ?4 <> unit THEN ?5 ELSE units_since END, "
            "units_done = ?2, units_total = ?3, unit = ?4 "
            "WHERE run_id = ?6 AND stage = ?7 AND dimension = ?8 AND state = 'running'",
            share, done, std::max<std::int64_t>(0, units.total), units.unit, waiting.since, run,
            stage, dimension);
  }
}

void Workspace::event(std::string_view run, Level level, std::string_view stage,
                      std::string_view dimension, std::string_view message, const Fields& fields) {
  impl_->record([&](SQLite::Database& db) {
    execute(db,
            "INSERT INTO run_events (run_id, ts, level, stage, dimension, message, data_json) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            run, impl_->now(), name_of(level), stage, dimension, message, forgiving_json(fields));
  });
}

void Workspace::add_quality(std::string_view run, const QualityRecord& record) {
  impl_->record([&](SQLite::Database& db) {
    execute(db,
            "INSERT INTO data_quality VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (run_id, source, rule) DO UPDATE SET severity = excluded.severity, "
            "count = excluded.count, sample_json = excluded.sample_json",
            run, record.source, record.rule, name_of(record.severity), record.count,
            record.sample_json);
  });
}

std::vector<RunRecord> Workspace::runs(std::size_t limit, std::string_view older_than) const {
  return impl_->use([&](SQLite::Database& db) {
    SQLite::Statement row = prepare(db, kNewestRuns, older_than, to_limit(limit));
    std::vector<RunRecord> runs;
    while (row.executeStep()) runs.push_back(to_run(row));
    return runs;
  });
}

std::optional<RunRecord> Workspace::run(std::string_view id) const {
  return impl_->use([&](SQLite::Database& db) -> std::optional<RunRecord> {
    SQLite::Statement row = prepare(db, kOneRun, id);
    if (!row.executeStep()) return std::nullopt;
    return to_run(row);
  });
}

std::optional<RunRecord> Workspace::last_run_with(std::string_view stage) const {
  return impl_->use([&](SQLite::Database& db) -> std::optional<RunRecord> {
    SQLite::Statement row = prepare(db, kLastRunWith, stage);
    if (!row.executeStep()) return std::nullopt;
    return to_run(row);
  });
}

std::vector<StageRecord> Workspace::stages(std::string_view run) const {
  return impl_->use([&](SQLite::Database& db) {
    SQLite::Statement row =
        prepare(db,
                "SELECT stage, dimension, state, progress, rows_in, rows_out, started_at, "
                "finished_at, attempt, error_code, error_text, units_done, units_total, unit, "
                "units_since FROM run_stages WHERE run_id = ? ORDER BY rowid",
                run);
    std::vector<StageRecord> stages;
    while (row.executeStep()) {
      stages.push_back({text(row, 0),
                        text(row, 1),
                        known(stage_state_of(text(row, 2))),
                        row.getColumn(3).getDouble(),
                        row.getColumn(4).getInt64(),
                        row.getColumn(5).getInt64(),
                        text(row, 6),
                        text(row, 7),
                        row.getColumn(8).getInt(),
                        text(row, 9),
                        text(row, 10),
                        {row.getColumn(11).getInt64(), row.getColumn(12).getInt64(), text(row, 13)},
                        text(row, 14)});
    }
    return stages;
  });
}

std::vector<EventRecord> Workspace::events(std::string_view run, std::int64_t after_id) const {
  return events(run, EventQuery{.after = after_id});
}

std::vector<EventRecord> Workspace::events(std::string_view run, const EventQuery& query) const {
  return impl_->use([&](SQLite::Database& db) {
    SQLite::Statement row =
        prepare(db,
                "SELECT id, ts, level, stage, dimension, message, data_json FROM run_events "
                "WHERE run_id = ?1 AND id > ?2 AND instr('debug info warn error', level) >= ?3 "
                "AND (?4 = 0 OR stage = ?5) AND (?6 = '' OR instr(lower(message), lower(?6)) > 0) "
                "ORDER BY id LIMIT ?7",
                run, query.after, rank_of(query.least.value_or(Level::kDebug)), query.stage ? 1 : 0,
                query.stage.value_or(""), query.text, to_limit(query.limit));
    std::vector<EventRecord> events;
    while (row.executeStep()) {
      events.push_back({row.getColumn(0).getInt64(), text(row, 1), known(level_of(text(row, 2))),
                        text(row, 3), text(row, 4), text(row, 5), texts_from_json(text(row, 6))});
    }
    return events;
  });
}

std::vector<QualityRecord> Workspace::quality(std::string_view run) const {
  return impl_->use([&](SQLite::Database& db) {
    SQLite::Statement row = prepare(db,
                                    "SELECT source, rule, severity, count, sample_json "
                                    "FROM data_quality WHERE run_id = ? ORDER BY rowid",
                                    run);
    std::vector<QualityRecord> records;
    while (row.executeStep()) {
      records.push_back({text(row, 0), text(row, 1), known(level_of(text(row, 2))),
                         row.getColumn(3).getInt64(), text(row, 4)});
    }
    return records;
  });
}

}  // namespace ca::workspace
