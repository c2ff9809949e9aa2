// What may be read from outside: import roots (preferences) and uploads.

#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

constexpr char kScope[] = "import_roots";

}  // namespace

std::vector<std::string> Workspace::import_roots() const {
  return impl_->use([](SQLite::Database& db) {
    SQLite::Statement row =
        prepare(db, "SELECT key FROM preferences WHERE scope = ? ORDER BY key", kScope);
    std::vector<std::string> roots;
    while (row.executeStep()) roots.push_back(text(row, 0));
    return roots;
  });
}

void Workspace::add_import_roots(const std::vector<std::string>& paths) {
  impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    for (const std::string& path : paths) {
      execute(db,
              "INSERT OR IGNORE INTO preferences SELECT ?, ?, ? "
              "WHERE (SELECT count(*) FROM preferences WHERE scope = ?) < ?",
              kScope, path, impl_->now(), kScope, static_cast<std::int64_t>(kMostImportRoots));
    }
    writing.commit();
  });
}

std::vector<UploadRecord> Workspace::uploads() const {
  return impl_->use([](SQLite::Database& db) {
    SQLite::Statement row = prepare(
        db, "SELECT id, name, file, bytes, created_at, created_by FROM uploads ORDER BY rowid");
    std::vector<UploadRecord> uploads;
    while (row.executeStep()) {
      UploadRecord upload;
      upload.id = text(row, 0);
      upload.name = text(row, 1);
      upload.file = text(row, 2);
      upload.bytes = static_cast<std::uint64_t>(row.getColumn(3).getInt64());
      upload.created_at = text(row, 4);
      upload.created_by = text(row, 5);
      uploads.push_back(std::move(upload));
    }
    return uploads;
  });
}

void Workspace::add_upload(const UploadRecord& upload) {
  impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    execute(db, "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)", upload.id, upload.name,
            upload.file, static_cast<std::int64_t>(upload.bytes),
            upload.created_at.empty() ? impl_->now() : upload.created_at, upload.created_by);
    writing.commit();
  });
}

bool Workspace::remove_upload(std::string_view id) {
  return impl_->use([&](SQLite::Database& db) {
    Writing writing(db, true);
    const int removed = execute(db, "DELETE FROM uploads WHERE id = ?", id);
    writing.commit();
    return removed > 0;
  });
}

}  // namespace ca::workspace
