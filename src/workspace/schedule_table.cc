// The schedule and the moments for which its runs were taken: schedules, schedule_slots.

#include "workspace/schedule_table.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <nlohmann/json.hpp>

#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

Error damaged() {
  return {"E-HOME", "The record of the schedule cannot be read.", "Set the schedule again."};
}

std::vector<std::string> texts_of(const std::string& json) {
  const auto texts = nlohmann::json::parse(json, nullptr, false);
  if (!texts.is_array()) throw damaged();
  std::vector<std::string> list;
  for (const auto& text : texts) {
    if (!text.is_string()) throw damaged();
    list.push_back(text);
  }
  return list;
}

std::string json_of_list(const std::vector<std::string>& texts) {
  try {
    return nlohmann::json(texts).dump();
  } catch (const nlohmann::json::type_error&) {
    throw Error("E-PARAM", "The schedule holds text that is not UTF-8.");
  }
}

TimePoint moment(const std::string& text) {
  if (const std::optional<TimePoint> time = utc_time(text)) return *time;
  throw damaged();
}

std::optional<TimePoint> moment_of(SQLite::Statement& row) {
  if (!row.executeStep() || row.isColumnNull(0)) return std::nullopt;
  return moment(text(row, 0));
}

}  // namespace

/// A connection of its own.
struct ScheduleTable::Impl {
  explicit Impl(const std::string& file) : database(file, SQLite::OPEN_READWRITE, kBusyMillis) {
    database.exec("PRAGMA synchronous = NORMAL");
  }

  template <class Work>
  auto use(Work work) {
    const std::lock_guard guard(mutex);
    try {
      return work(database);
    } catch (const SQLite::Exception& exception) {
      throw to_error(exception);
    }
  }

  std::mutex mutex;
  SQLite::Database database;
};

ScheduleTable::ScheduleTable(const Workspace& workspace) {
  try {
    impl_ = std::make_unique<Impl>(workspace.home().workspace_file().string());
  } catch (const SQLite::Exception& exception) {
    throw to_error(exception);
  }
}
ScheduleTable::~ScheduleTable() = default;

bool ScheduleTable::save(const ScheduleRecord& schedule, TimePoint now) {
  const std::string analyses = json_of_list(schedule.analyses);
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    const bool is_replaced = execute(db, "DELETE FROM schedules") > 0;
    execute(db,
            "INSERT INTO schedules (id, name, period, cron, \"at\", timezone, analyses_json, mode, "
            "catch_up, enabled, next_run_at, created_by, created_at, active_since) "
            "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?12, ?12)",
            schedule.name, schedule.period, schedule.cron, schedule.at, schedule.timezone, analyses,
            schedule.is_full ? "full" : "incremental", schedule.catch_up ? 1 : 0,
            schedule.is_enabled ? 1 : 0, schedule.next_run_at, schedule.created_by, utc_text(now));
    writing.commit();
    return is_replaced;
  });
}

std::optional<ScheduleRecord> ScheduleTable::read() const {
  return impl_->use([](SQLite::Database& db) -> std::optional<ScheduleRecord> {
    SQLite::Statement row = prepare(
        db,
        "SELECT name, period, cron, \"at\", timezone, analyses_json, mode, catch_up, enabled, "
        "created_by, created_at, active_since, coalesce(next_run_at, '') FROM schedules");
    if (!row.executeStep()) return std::nullopt;
    return ScheduleRecord{text(row, 0),
                          text(row, 1),
                          text(row, 2),
                          text(row, 3),
                          text(row, 4),
                          texts_of(text(row, 5)),
                          text(row, 6) == "full",
                          row.getColumn(7).getInt() != 0,
                          row.getColumn(8).getInt() != 0,
                          text(row, 9),
                          text(row, 10),
                          text(row, 11),
                          text(row, 12)};
  });
}

bool ScheduleTable::remove() {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    const bool was_there = execute(db, "DELETE FROM schedules") > 0;
    writing.commit();
    return was_there;
  });
}

bool ScheduleTable::enable(bool is_enabled, std::string_view next_run_at, TimePoint now) {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    const bool is_changed =
        execute(db,
                "UPDATE schedules SET enabled = ?1, next_run_at = nullif(?2, ''), active_since = "
                "CASE ?1 WHEN 1 THEN ?3 ELSE active_since END WHERE enabled <> ?1",
                is_enabled ? 1 : 0, next_run_at, utc_text(now)) > 0;
    writing.commit();
    return is_changed;
  });
}

void ScheduleTable::set_back(const ScheduleRecord& schedule, std::string_view next_run_at,
                             TimePoint now) {
  impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    execute(db,
            "UPDATE schedules SET active_since = ?1, created_at = min(created_at, ?1), "
            "next_run_at = nullif(?2, '') WHERE created_at = ?3 AND active_since = ?4",
            utc_text(now), next_run_at, schedule.created_at, schedule.active_since);
    writing.commit();
  });
}

std::optional<TimePoint> ScheduleTable::newest_slot(TimePoint now) const {
  return impl_->use([&](SQLite::Database& db) {
    SQLite::Statement row =
        prepare(db, "SELECT max(slot) FROM schedule_slots WHERE slot <= ?", utc_text(now));
    return moment_of(row);
  });
}

bool ScheduleTable::take_slot(const ScheduleRecord& schedule, TimePoint slot, TimePoint now,
                              std::string_view next_run_at, bool is_asked) {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    // A slot after `now` was taken by a clock that was wrong: it stands for itself alone.
    const bool is_taken =
        execute(db,
                "INSERT INTO schedule_slots (slot, schedule, taken_at, asked_at) "
                "SELECT ?1, created_at, ?2, CASE ?3 WHEN 1 THEN ?2 END FROM schedules "
                "WHERE enabled = 1 AND created_at = ?4 AND active_since = ?5 "
                "AND NOT EXISTS (SELECT 1 FROM schedule_slots WHERE slot = ?1 "
                "OR (slot > ?1 AND slot <= ?2))",
                utc_text(slot), utc_text(now), is_asked ? 1 : 0, schedule.created_at,
                schedule.active_since) > 0;
    if (is_taken) execute(db, "UPDATE schedules SET next_run_at = nullif(?, '')", next_run_at);
    writing.commit();
    return is_taken;
  });
}

void ScheduleTable::slot_asked(TimePoint slot, TimePoint now) {
  impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    execute(db, "UPDATE schedule_slots SET asked_at = ? WHERE slot = ?", utc_text(now),
            utc_text(slot));
    writing.commit();
  });
}

std::optional<TimePoint> ScheduleTable::take_abandoned_slot(TimePoint taken_until, TimePoint now) {
  return impl_->use([&](SQLite::Database& db) -> std::optional<TimePoint> {
    {
      // Nearly always there is none, and nobody need wait for the right to write.
      SQLite::Statement any = prepare(
          db, "SELECT max(slot) FROM schedule_slots WHERE asked_at IS NULL AND taken_at <= ?",
          utc_text(taken_until));
      if (!moment_of(any)) return std::nullopt;
    }
    Writing writing(db, true);
    SQLite::Statement row =
        prepare(db, "SELECT max(slot) FROM schedule_slots WHERE asked_at IS NULL AND taken_at <= ?",
                utc_text(taken_until));
    const std::optional<TimePoint> slot = moment_of(row);
    row.reset();
    if (!slot) return std::nullopt;
    execute(db, "UPDATE schedule_slots SET asked_at = ? WHERE asked_at IS NULL AND slot < ?",
            utc_text(now), utc_text(*slot));
    execute(db, "UPDATE schedule_slots SET taken_at = ? WHERE slot = ?", utc_text(now),
            utc_text(*slot));
    writing.commit();
    return slot;
  });
}

int ScheduleTable::prune_slots(TimePoint before, TimePoint now) {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db);
    // Not the newest of all: one that a clock which was ahead has taken says nothing of those
    // that are due next.
    const int pruned =
        execute(db,
                "DELETE FROM schedule_slots WHERE slot < ? AND asked_at IS NOT NULL AND slot <> "
                "coalesce((SELECT max(slot) FROM schedule_slots WHERE slot <= ?), '')",
                utc_text(before), utc_text(now));
    writing.commit();
    return pruned;
  });
}

}  // namespace ca::workspace
