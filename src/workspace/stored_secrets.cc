// Secrets as they lie on the disk: encrypted.

#include "workspace/people_tables.h"
#include "workspace/workspace_impl.h"

namespace ca::workspace {
namespace {

SecretRecord secret_of(const SQLite::Statement& row) {
  return {row.getColumn(0).getInt64(), text(row, 1), text(row, 2), text(row, 3), text(row, 4)};
}

void bind_blob(SQLite::Statement& statement, int index, const std::string& bytes) {
  statement.bind(index, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
}

}  // namespace

std::optional<SecretRecord> StoredSecrets::find(std::string_view name) const {
  SQLite::Statement row = prepare(
      database_, "SELECT id, name, ciphertext, nonce, key_id FROM secrets WHERE name = ?", name);
  if (!row.executeStep()) return std::nullopt;
  return secret_of(row);
}

std::vector<SecretRecord> StoredSecrets::all() const {
  SQLite::Statement row =
      prepare(database_, "SELECT id, name, ciphertext, nonce, key_id FROM secrets ORDER BY id");
  std::vector<SecretRecord> secrets;
  while (row.executeStep()) secrets.push_back(secret_of(row));
  return secrets;
}

std::vector<std::string> StoredSecrets::key_ids() const {
  SQLite::Statement row = prepare(database_, "SELECT DISTINCT key_id FROM secrets ORDER BY key_id");
  std::vector<std::string> ids;
  while (row.executeStep()) ids.push_back(text(row, 0));
  return ids;
}

std::int64_t StoredSecrets::put(const SecretRecord& secret, std::string_view at) {
  SQLite::Statement statement(
      database_,
      "INSERT INTO secrets (name, ciphertext, nonce, key_id, created_at) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT (name) DO UPDATE SET ciphertext = excluded.ciphertext, "
      "nonce = excluded.nonce, key_id = excluded.key_id, created_at = excluded.created_at, "
      "rotated_at = NULL RETURNING id");
  statement.bind(1, secret.name);
  bind_blob(statement, 2, secret.ciphertext);
  bind_blob(statement, 3, secret.nonce);
  statement.bind(4, secret.key_id);
  statement.bind(5, std::string(at));
  statement.executeStep();
  return statement.getColumn(0).getInt64();
}

void StoredSecrets::encrypt_anew(const SecretRecord& secret, std::string_view at) {
  SQLite::Statement statement(
      database_,
      "UPDATE secrets SET ciphertext = ?, nonce = ?, key_id = ?, rotated_at = ? WHERE id = ?");
  bind_blob(statement, 1, secret.ciphertext);
  bind_blob(statement, 2, secret.nonce);
  statement.bind(3, secret.key_id);
  statement.bind(4, std::string(at));
  statement.bind(5, secret.id);
  statement.exec();
}

int StoredSecrets::remove(std::string_view name) {
  return execute(database_, "DELETE FROM secrets WHERE name = ?", name);
}

}  // namespace ca::workspace
