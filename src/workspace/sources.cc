// The configuration: preferences, sources, source_versions, column_maps, actions.

#include <algorithm>
#include <array>

#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

constexpr std::array<std::string_view, 4> kKinds = {"sessions", "customers", "products",
                                                    "deliveries"};
constexpr char kScope[] = "configuration";
constexpr char kUntested[] = "untested";

void check(const Configuration& configuration) {
  std::vector<std::string_view> seen;
  for (const SourceRecord& source : configuration.sources) {
    if (std::find(kKinds.begin(), kKinds.end(), source.kind) == kKinds.end()) {
      throw Error("E-PARAM", "'" + source.kind + "' is no kind of source.",
                  "The kinds are sessions, customers, products and deliveries.");
    }
    if (std::find(seen.begin(), seen.end(), source.kind) != seen.end()) {
      throw Error("E-PARAM", "There are two sources of " + source.kind + ".",
                  "Connect one; a folder or a pattern may name several files.");
    }
    seen.push_back(source.kind);
  }
}

/// A row of sources with its maps and actions. A removed one has only its number and version.
struct StoredSource {
  std::int64_t id = 0;
  bool is_removed = false;
  SourceRecord record;
};

std::optional<StoredSource> read_source(SQLite::Database& db, std::string_view kind) {
  SQLite::Statement row = prepare(db,
                                  "SELECT id, tag, type, query_or_path, options_json, version, "
                                  "status, \"rows\", last_test_at, updated_at, removed_at "
                                  "FROM sources WHERE kind = ?",
                                  kind);
  if (!row.executeStep()) return std::nullopt;
  StoredSource source;
  source.id = row.getColumn(0).getInt64();
  source.is_removed = !row.isColumnNull(10);
  SourceRecord& record = source.record;
  record.kind = kind;
  record.tag = text(row, 1);
  record.type = text(row, 2);
  record.path = text(row, 3);
  record.options = texts_from_json(text(row, 4));
  record.version = row.getColumn(5).getInt();
  record.status = text(row, 6);
  record.rows = row.getColumn(7).getInt64();
  record.last_test_at = text(row, 8);
  record.saved_at = text(row, 9);

  SQLite::Statement map =
      prepare(db, "SELECT field, column_name FROM column_maps WHERE source_id = ?", source.id);
  while (map.executeStep()) record.columns.emplace(text(map, 0), text(map, 1));
  SQLite::Statement action = prepare(
      db, "SELECT column_name FROM actions WHERE source_id = ? ORDER BY position", source.id);
  while (action.executeStep()) record.actions.push_back(text(action, 0));
  return source;
}

void archive(SQLite::Database& db, const StoredSource& source) {
  execute(db, "INSERT INTO source_versions VALUES (?, ?, ?, ?)", source.id, source.record.version,
          content_json(source.record), source.record.saved_at);
}

void delete_maps(SQLite::Database& db, std::int64_t id) {
  execute(db, "DELETE FROM column_maps WHERE source_id = ?", id);
  execute(db, "DELETE FROM actions WHERE source_id = ?", id);
}

void write_status(SQLite::Database& db, const SourceRecord& source) {
  execute(db,
          "UPDATE sources SET status = ?, \"rows\" = ?, last_test_at = nullif(?, '') "
          "WHERE kind = ?",
          source.status, source.rows, source.last_test_at, source.kind);
}

/// Writes the content of `source` as version `version`.
void write_content(SQLite::Database& db, const SourceRecord& source, int version,
                   const std::string& now) {
  execute(db,
          "INSERT INTO sources (kind, tag, type, query_or_path, options_json, version, status, "
          "\"rows\", updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?) "
          "ON CONFLICT (kind) DO UPDATE SET tag = excluded.tag, type = excluded.type, "
          "query_or_path = excluded.query_or_path, options_json = excluded.options_json, "
          "version = excluded.version, status = excluded.status, \"rows\" = 0, "
          "last_test_at = NULL, updated_at = excluded.updated_at, removed_at = NULL",
          source.kind, source.tag, source.type, source.path, json_of(source.options), version,
          kUntested, now);
  SQLite::Statement row = prepare(db, "SELECT id FROM sources WHERE kind = ?", source.kind);
  row.executeStep();
  const std::int64_t id = row.getColumn(0).getInt64();
  delete_maps(db, id);
  for (const auto& [field, column] : source.columns) {
    execute(db, "INSERT INTO column_maps VALUES (?, ?, ?)", id, field, column);
  }
  int position = 0;
  for (const std::string& action : source.actions) {
    execute(db, "INSERT INTO actions VALUES (?, ?, ?)", id, position++, action);
  }
}

/// Makes `source` the newest version of its kind, when it is not already, and returns the number.
int store(SQLite::Database& db, const SourceRecord& source, const std::string& now) {
  const std::optional<StoredSource> old = read_source(db, source.kind);
  int version = old ? old->record.version : 0;
  const std::string content = content_json(source);
  if (!old || old->is_removed || content != content_json(old->record)) {
    if (old && !old->is_removed) archive(db, *old);
    write_content(db, source, ++version, now);
  }
  if (!source.status.empty()) write_status(db, source);
  return version;
}

void write_settings(SQLite::Database& db, const std::map<std::string, std::string>& settings) {
  execute(db, "DELETE FROM preferences WHERE scope = ?", kScope);
  for (const auto& [key, value] : settings) {
    execute(db, "INSERT INTO preferences VALUES (?, ?, ?)", kScope, key, value);
  }
}

void remove(SQLite::Database& db, std::string_view kind, const std::string& now) {
  const std::optional<StoredSource> source = read_source(db, kind);
  if (!source || source->is_removed) return;
  archive(db, *source);
  delete_maps(db, source->id);
  execute(db, "UPDATE sources SET removed_at = ? WHERE id = ?", now, source->id);
}

}  // namespace

void Workspace::save(const Configuration& configuration) {
  check(configuration);
  impl_->use([&](SQLite::Database& db) {
    const std::string now = impl_->now();
    Writing writing(db, true);
    write_settings(db, configuration.settings);
    for (const std::string_view kind : kKinds) {
      if (const SourceRecord* source = find_source(configuration, kind)) {
        store(db, *source, now);
      } else {
        remove(db, kind, now);
      }
    }
    writing.commit();
  });
}

int Workspace::save_source(const SourceRecord& source) {
  check({.settings = {}, .sources = {source}});
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    SourceRecord record = source;
    if (!record.status.empty() && record.last_test_at.empty()) record.last_test_at = impl_->now();
    const int version = store(db, record, impl_->now());
    writing.commit();
    return version;
  });
}

bool Workspace::remove_source(std::string_view kind) {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    const std::optional<StoredSource> source = read_source(db, kind);
    const bool was_there = source && !source->is_removed;
    remove(db, kind, impl_->now());
    writing.commit();
    return was_there;
  });
}

void Workspace::save_settings(const std::map<std::string, std::string>& settings) {
  json_of(settings);  // texts are UTF-8, or an Error
  impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    write_settings(db, settings);
    writing.commit();
  });
}

Configuration Workspace::configuration() const {
  return impl_->use([](SQLite::Database& db) {
    const SQLite::Transaction snapshot(db);
    Configuration configuration;
    SQLite::Statement setting =
        prepare(db, "SELECT key, value FROM preferences WHERE scope = ?", kScope);
    while (setting.executeStep()) {
      configuration.settings.emplace(text(setting, 0), text(setting, 1));
    }
    for (const std::string_view kind : kKinds) {
      std::optional<StoredSource> source = read_source(db, kind);
      if (source && !source->is_removed) {
        configuration.sources.push_back(std::move(source->record));
      }
    }
    return configuration;
  });
}

std::vector<SourceVersion> Workspace::source_versions(std::string_view kind) const {
  return impl_->use([&](SQLite::Database& db) {
    SQLite::Statement row = prepare(db,
                                    "SELECT v.version, v.created_at, v.snapshot_json "
                                    "FROM source_versions v JOIN sources s ON s.id = v.source_id "
                                    "WHERE s.kind = ? ORDER BY v.version DESC",
                                    kind);
    std::vector<SourceVersion> versions;
    while (row.executeStep()) {
      versions.push_back({text(row, 1), source_from_json(text(row, 2))});
      versions.back().source.version = row.getColumn(0).getInt();
    }
    return versions;
  });
}

int Workspace::restore_source(std::string_view kind, int version) {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    SQLite::Statement row = prepare(db,
                                    "SELECT v.snapshot_json "
                                    "FROM source_versions v JOIN sources s ON s.id = v.source_id "
                                    "WHERE s.kind = ? AND v.version = ?",
                                    kind, version);
    if (!row.executeStep()) {
      throw Error("E-PARAM", "There is no earlier version " + std::to_string(version) +
                                 " of the source '" + std::string(kind) + "'.");
    }
    const int newest = store(db, source_from_json(text(row, 0)), impl_->now());
    row.reset();
    writing.commit();
    return newest;
  });
}

void Workspace::set_source_status(std::string_view kind, std::string_view status,
                                  std::int64_t rows) {
  impl_->use([&](SQLite::Database& db) {
    const int changed = execute(db,
                                "UPDATE sources SET status = ?, \"rows\" = ?, last_test_at = ? "
                                "WHERE kind = ? AND removed_at IS NULL",
                                status, rows, impl_->now(), kind);
    if (changed == 0) {
      throw Error("E-PARAM", "The source '" + std::string(kind) + "' is not connected.");
    }
  });
}

}  // namespace ca::workspace
